"""The words that the gate knows, and nothing else: data to be reviewed and extended, in one place.

A term is one or more words; `word*` stands for everything that begins so, `*word*` for everything that holds it, and
a term of several words also counts written as one. Latin terms stand here without accents, as `folding` leaves them.
English comes first; of other languages there are only the commonest words. Keep the lists short: a word belongs here
when it is rarely harmless, and to `HARMLESS` belong the phrases in which it is.
"""

from __future__ import annotations

from typing import Final

HARMLESS: Final = """
naked mole rat*|naked eye*|naked truth|naked flame*|naked light*|naked tree*|naked branch*|naked twig*|naked sword*|
naked blade*|naked rock*|nude lipstick*|nude colour*|nude color*|nude tone*|fair sex|fairer sex|same sex|opposite sex|
sex education|blue tit*|great tit*|coal tit*|marsh tit*|long tailed tit*|crested tit*|willow tit*|buff tailed|
rape seed*|rape field*|rape oil|pussy cat*|pussy willow*
"""
"""Phrases that are left out before anything else is looked at."""

ALWAYS: Final = """
*lolicon*|*shotacon*|toddlercon|*childporn*|*childsex*|*kidporn*|*kiddieporn*|*teenporn*|*jailbait*|csam|
*pedophil*|*paedophil*|pedo|pedos|paedo|paedos|nymphet*|cunny|
barely legal|minor attracted|kinderporno*|kinderporn*|pedopornogra*|pederast*
"""
"""Words that mean the sexualising of minors by themselves."""

EXPLICIT: Final = """
sex|sexo|sesso|sexe|seks|sex tape*|sexting|*porn*|hentai|nsfw|xxx rated|xxx video*|
erotic*|erotik*|erotique*|orgasm*|orgy|orgies|*masturbat*|*masturbier*|ejaculat*|fellatio|cunnilingus|blow job*|
hand job|handjob*|coitus|copulat*|fornicat*|penis|penises|vagina*|vulva*|clitor*|genital*|cum shot*|creampie*|
gang bang*|threesome*|bdsm|dildo*|milf|milfs|striptease*|rape|raped|rapes|raping|rapist*|
molest|molests|molested|molesting|molester*|molestation|incest*|
bestiality|zoophil*|nudes|having intercourse|made love|make love|makes love|making love|
fuck her|fuck him|fuck me|fucks her|fucks him|fucking her|fucking him|fucked by|fucked her|fucked him|being fucked|
wet pussy|her pussy|my pussy|your pussy|hard cock|big cock|sucks cock|sucking cock|his cock and balls|
he is naked|she is naked|he was naked|she was naked|they are naked|they were naked|i am naked|stark naked|half naked|
stood naked|lies naked|lying naked|get naked|gets naked|getting naked|strip naked|strips naked|
bare breast*|naked breast*|exposed breast*|big breasts|huge breasts|large breasts|
sexual act*|sexual intercourse|sexual position*|sexual scene*|sexual content|sexual encounter*|sexual favo*|
sexual pleasure*|sexual relation*|sexually explicit|sexually arous*|
ficken|fickt|gefickt|geschlechtsverkehr|sex mit|
baise|baiser avec|faire l amour|rapport* sexuel*|follar|follando|relaciones sexuales|scopare|scopata|
rapporti sessuali|foder|fodendo|transar|секс|секса|сексом|порно*|эротик*|эротич*|трахат*|трахает*|seksueel|seksualn*|
セックス|ポルノ|全裸|色情|性交|做爱
"""
"""Explicit by themselves: only where Discord restricts the age."""

SUGGESTIVE: Final = """
sexual*|sexuel*|sexy|sexier|sexiest|sexily|seduc*|lewd*|lustful*|horny|aroused|lingerie|panties|fetish*|
prostitut*|*fuck*|boobs|tits|titties|nipple*|crotch|groin|buttocks|upskirt|kinky|undress*|
nackt*|desnud*|nue|nues|nus|голый|голая|голые|голую|голым|голой|раздет*|裸
"""
"""Not explicit alone; near words for minors they are refused."""

NUDITY: Final = """
naked*|nude|nudity|nudist*|topless|unclothed|disrob*|undressing|without clothes|without any clothes|no clothes|
wearing nothing|clothes off|removes her clothes|removes his clothes|takes off her clothes|takes off his clothes|
nackte frau*|nackter mann|femme nue|femmes nues|mujer desnuda|hombre desnudo|donna nuda|mulher nua|голая женщина
"""
"""Explicit near words for people, refused near words for minors."""

PEOPLE: Final = """
woman|women|womans|man|men|mans|lady|ladies|actress*|actor*|model|models|body|bodies|
wife|husband|couple|couples|nurse*|person|people|lover*|girlfriend*|boyfriend*|
frau|mann|femme|mujer|donna|mulher|женщина
"""
"""Words for people of any age that make nudity explicit."""

MINORS: Final = """
child|childs|children|childrens|kid|kids|kiddie*|baby|babys|babies|infant*|toddler*|newborn*|preschool*|preteen*|
pre teen*|tween*|teen|teens|teenage*|underage*|under age|minor|minors|juvenile*|adolescen*|pubescent|prepubescent|
school girl*|school boy*|school child*|school kid*|girl|girls|boy|boys|loli|lolis|lolita*|shota|shotas|youngster*|
daughter*|stepdaughter*|son|sons|stepson*|niece*|nephew*|grandson*|granddaughter*|grandchild*|pupil|pupils|
kindergart*|high school*|middle school*|elementary school*|primary school*|grade school*|little sister*|
little brother*|little one*|childlike|
madchen|minderjahrig*|schulerin*|enfant*|fillette*|garconnet*|petite fille*|mineure*|
adolescente*|menina|meninas|menino|meninos|crianca*|bambina|bambine|bambini|bambino|minorenn*|ragazzin*|
chica menor|menor de edad|menores de edad|ребен*|дети|детей|детьм*|детям|детск*|девочк*|мальчик*|подрост*|школьниц*|
несовершеннолетн*|幼女|少女|子供|こども|児童|儿童|女孩|男孩|小孩|未成年
"""
"""Words for minors, and words that may mean minors: in doubt they do."""

MINORS_ELSEWHERE: Final = """
kind|kinder|kindern|kindes|junge|jungen|jungs|nina|ninas|nino|ninos|fille|filles|garcon|garcons
"""
"""Words for minors in other languages that mean other things in English; they count beside `ELSEWHERE` only."""

ELSEWHERE: Final = """
nackt*|ficken|fickt|gefickt|geschlechtsverkehr|sex mit|desnud*|follar|follando|sexo|sexe|sexuel*|nue|nues|nus|
baise|faire l amour|relaciones sexuales|porno con|porno mit|porno avec
"""
"""Explicit and suggestive words that are not English."""

NUMBERS: Final = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen"
)
"""Number words up to the last year of minority, in order."""

CONFUSABLES: Final = dict(
    zip(
        "авекмнорстухіјѕԁɡαβεικνορτυχωɑᴀʙᴄᴅᴇғɢʜɪᴊᴋʟᴍɴᴏᴘʀᴛᴜᴠᴡʏᴢıłøđ",
        "abekmhopctyxijsdgabeiknoptuxwaabcdefghijklmnoprtuvwyzilod",
        strict=True,
    )
)
"""Letters that look like Latin ones, after case folding."""

LEET: Final = {"0": "o", "3": "e", "4": "a", "5": "s", "7": "t", "8": "b", "9": "g", "$": "s", "@": "a", "+": "t"}
"""Signs that stand for letters inside a word; 1, ! and | stand for i or l."""
