"""Sentences about places and hours.

`{a|b}` are alternatives, `<H>` is the hero's name, `<he>`, `<him>` and `<his>` are its pronouns.
"""

from __future__ import annotations

from typing import Final

DETAILS: Final[dict[str, tuple[str, ...]]] = {
    "forest": (
        "The tall firs stood so close together that they seemed to be {whispering|telling each other secrets}.",
        "Under the branches it smelled of {moss and resin|earth and old rain}.",
        "Somewhere a woodpecker knocked {three times|softly}, as if it wanted to be let in.",
        "The path between the trunks was no wider than {a broom|a fox's shadow}.",
        "Fir cones lay everywhere, like {small brown presents|buttons from a giant's coat}.",
        "The moss was so soft that nobody could hear a single step.",
    ),
    "seashore": (
        "The waves came in slowly and wrote {long white lines|curly letters} on the sand.",
        "The sea smelled of salt and {faraway countries|adventures}.",
        "Pink shells lay along the water, each with a little of the sea's song inside.",
        "A gull walked up and down like {a watchman|a tired teacher}.",
        "Every wave brought something and took something away again.",
        "The sand was {still warm|cool and smooth} and kept every footprint for a while.",
    ),
    "moon": (
        "Grey dust lay over everything, as fine as {flour|sleep}.",
        "Far away the Earth hung in the black sky like {a blue marble|a lamp that somebody had left on}.",
        "It was so still that one could hear {one's own thoughts|a star blink}.",
        "Every step became a slow and careful jump.",
        "The craters lay round and empty, like {bowls after supper|sleeping eyes}.",
        "No wind had ever touched a footprint here.",
    ),
    "desert": (
        "The dunes lay one behind the other, like {sleeping camels|waves that had stopped to rest}.",
        "A cactus stood with its arms raised, as if it wanted to {ask a question|be hugged}.",
        "The sand sang very quietly whenever the wind touched it.",
        "Far away the air trembled and pretended to be {water|a lake}.",
        "A lizard drew a thin line across the sand and was gone.",
        "Here one could see so far that even tomorrow seemed near.",
    ),
    "mountains": (
        "The peaks wore their snow like {white caps|old crowns}.",
        "Every word came back from the rocks a moment later, a little {quieter|wiser}.",
        "The air was thin and clear and tasted of {snow|stone and mint}.",
        "Far below, the valley lay as small as {a toy|a page in a book}.",
        "A stream jumped from stone to stone as if it were late.",
        "The path went up in bends, like a ribbon that somebody had dropped.",
    ),
    "village": (
        "The little houses leaned together as if they were {listening|sharing one blanket}.",
        "From the chimneys rose the smell of {fresh bread|plum cake|soup}.",
        "Behind one of the windows somebody was practising the violin, badly but happily.",
        "The path between the fences knew every foot that ever came home.",
        "A weathercock turned on its roof and looked {important|in all directions at once}.",
        "On the doorsteps stood boots in every size.",
    ),
    "city": (
        "The tall houses stood in rows, and hundreds of windows {blinked|looked down kindly}.",
        "Somewhere a tram rang its bell and sang round the corner.",
        "The street was as wide as a river, and as full of stories.",
        "Behind every yellow window somebody was {cooking|waiting for somebody|reading a letter}.",
        "A pigeon walked along the kerb as if it had an appointment.",
        "Between two roofs there was just room enough for one small piece of sky.",
    ),
    "meadow": (
        "Flowers stood everywhere, {white, yellow and red|as if someone had spilled a box of paints}.",
        "The grass bent and rose again like slow breathing.",
        "A bumblebee went from flower to flower and complained about the work.",
        "It smelled of {clover and honey|warm earth and thyme}.",
        "Two butterflies danced a dance that nobody had taught them.",
        "At the edge of the meadow the round trees kept watch.",
    ),
    "cave": (
        "Crystals grew from the walls and glowed {blue and violet|like frozen lightning}.",
        "Drops fell from the ceiling, one by one, and counted the time.",
        "Every sound rolled into the dark and came back {as a whisper|in a deeper voice}.",
        "The stone was cool and smooth, like {the side of a whale|old glass}.",
        "From the mouth of the cave came one long finger of light.",
        "The shadows here were large, but they were friendly.",
    ),
    "snowfield": (
        "The snow lay so deep that the fences had {disappeared|only their hats showing}.",
        "Every step made a small crunching sound, like {biting an apple|a secret}.",
        "The fir trees carried white loads on their arms and did not move.",
        "Breath turned into little clouds and floated away.",
        "Across the white field ran a line of tracks and ended nowhere.",
        "The world was quiet, as if it had been wrapped in {wool|cotton}.",
    ),
    "island": (
        "The island floated above the clouds and turned {slowly|a little in the wind}.",
        "Below its edge there was nothing but air and {white clouds|a very long way down}.",
        "Roots hung from the underside and felt about for the ground.",
        "Smaller islands drifted by, like {boats without sailors|crumbs of land}.",
        "A single tree held the earth together with all its strength.",
        "Here the wind brought letters, leaves and lost feathers.",
    ),
    "riverside": (
        "The river went by without hurry and carried {the sky|a few leaves} along with it.",
        "In the reeds a frog family was having {a concert|an argument}.",
        "Round green trees looked at themselves in the water and seemed content.",
        "Dragonflies stood in the air like {blue needles|small questions}.",
        "The stones on the bank were flat and just right for skipping.",
        "The water talked all the time, but it never told a secret.",
    ),
    "library": (
        "The shelves went up and up until they were lost in {the dusk|their own shadows}.",
        "It smelled of {paper and beeswax|old stories and apple tea}.",
        "A ladder on wheels stood ready, as if it had been waiting.",
        "Behind the tall window the sky looked in like another reader.",
        "Dust danced in the light and settled on {fairy tales|maps of countries that no longer exist}.",
        "Now and then a book sighed in its sleep.",
    ),
    "reef": (
        "The corals grew like {a garden of fans|little orange trees}.",
        "Bubbles rose up and carried every word to the surface.",
        "Small fish came in a swarm, turned all at once, and were gone.",
        "The light fell through the water in long, slow ribbons.",
        "A sea star lay on the sand and thought about {nothing|the moon}.",
        "Everything swayed a little, as if the sea were rocking it to sleep.",
    ),
}
"""What there is to notice in each setting."""

LOCALS: Final = {
    "forest": "an old beetle",
    "seashore": "a crab",
    "moon": "a moon moth",
    "desert": "a lizard",
    "mountains": "a mountain goat",
    "village": "a sparrow",
    "city": "a pigeon",
    "meadow": "a bumblebee",
    "cave": "a small bat",
    "snowfield": "a snow hare",
    "island": "a tired gull",
    "riverside": "a kingfisher",
    "library": "a bookworm",
    "reef": "a seahorse",
}
"""Whom the hero talks to where nobody else is in the picture."""

HOURS: Final[dict[str, tuple[str, ...]]] = {
    "sunny": (
        "The sun stood high, and even the shadows looked {cheerful|as if they were on holiday}.",
        "It was one of those bright days that smell of {lemonade|clean laundry}.",
        "The light was so clear that every colour seemed newly washed.",
        "A small white cloud crossed the blue sky and was in no hurry.",
        "The warm light lay on everything like a friendly hand.",
    ),
    "sunset": (
        "The sun went down slowly and painted everything {gold|the colour of apricots}.",
        "It was the hour when shadows grow long and voices grow soft.",
        "The last light stayed a little longer than usual, as if it wanted to hear the end.",
        "The sky burned orange and pink, and nobody wanted to go home.",
        "In the golden light even the smallest thing had a long shadow.",
    ),
    "night": (
        "The night was deep and blue, and the stars {had come closer|were out in great numbers}.",
        "It was so quiet that one could hear {the dark breathing|the dew fall}.",
        "Far above, a star fell and nobody saw where it landed.",
        "The moonlight made silver of everything it touched.",
        "At this hour the world belongs to those who cannot sleep.",
    ),
    "rain": (
        "It had been raining since morning, in {long grey threads|small patient drops}.",
        "The rain drummed its fingers on everything and waited.",
        "Puddles looked up at the sky like {grey eyes|little mirrors}.",
        "Everything dripped, and the colours had become soft.",
        "It was the kind of rain that makes one think of old friends.",
    ),
    "storm": (
        "Dark clouds rolled over the sky like {heavy barrels|a herd of black sheep}.",
        "A flash lit up everything, and for a moment the world was white.",
        "The wind pulled at everything that was not tied down.",
        "Thunder grumbled far away, then not so far away.",
        "The storm shook the air like a wet coat.",
    ),
    "mist": (
        "The mist lay over everything like {milk|a thin white blanket}.",
        "One could see three steps ahead, and after that only guess.",
        "Shapes came out of the white air and vanished again.",
        "The morning was so misty that sounds arrived before the things that made them.",
        "In the soft white light everything seemed half dreamed.",
    ),
    "dawn": (
        "The sky turned {pink|rosy} at the edge, and the day took its first breath.",
        "It was that early hour when everything can still begin.",
        "The first light came on tiptoe, so as not to wake anyone.",
        "Dew lay everywhere and held a tiny sunrise in every drop.",
        "The morning looked as if it had been painted just now and was not yet dry.",
    ),
}
"""What each mood's light and weather does."""

ENDINGS: Final[dict[str, tuple[str, ...]]] = {
    "sunny": (
        "And the sun, which had seen it all, shone a little brighter that day.",
        "They laughed until the shadows grew short, and then they laughed some more.",
        "From then on, <H> kept a piece of that bright day in <his> pocket.",
        "It was the kind of day that one can still feel on the skin years later.",
    ),
    "sunset": (
        "Then the last light went out, gently, like a door that is closed by a friend.",
        "<H> looked at the glowing sky until it was dark, and was not sad at all.",
        "And the golden evening closed over them like the cover of a good book.",
        "Long after the sun had gone, they were still warm.",
    ),
    "night": (
        "Above them the stars went on shining, and one of them, perhaps, winked.",
        "Then <H> curled up under the stars and slept without a single bad dream.",
        "And if you are awake at that hour, you may still hear them whisper.",
        "The night kept their secret, as nights do.",
    ),
    "rain": (
        "Outside the rain went on, but now it sounded like applause.",
        "<H> no longer minded the rain; it had brought <him> a friend.",
        "And when the last drop had fallen, the air smelled of new beginnings.",
        "Somewhere behind the grey, a rainbow was already being prepared.",
    ),
    "storm": (
        "Then the wind grew tired, lay down, and the storm was only a story.",
        "The thunder mumbled an apology and went away over the hills.",
        "<H> was still trembling a little, but only on the outside.",
        "After that, no storm ever seemed quite so loud again.",
    ),
    "mist": (
        "Slowly the mist lifted, and the world was there again, as good as new.",
        "And nobody could say afterwards which part of it had been a dream.",
        "The white air closed behind them, soft as a curtain.",
        "<H> smiled, for now <he> knew that one can find the way without seeing it.",
    ),
    "dawn": (
        "Then the sun came up, and the day could begin.",
        "The first bird sang, and it sounded very much like <his> name.",
        "And the new day, still rosy and small, came and sat down beside them.",
        "<H> took a deep breath of the morning. Everything was still possible.",
    ),
}
"""Last sentences, by mood."""
