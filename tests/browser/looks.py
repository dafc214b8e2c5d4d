"""What can be measured of a page's looks: names for screen readers, contrast, and what sticks out of the window."""

from __future__ import annotations

from typing import Any, Final

from playwright.async_api import Page

NAMED: Final = {
    *("button", "link", "textbox", "combobox", "checkbox", "radio", "image", "img", "dialog", "menu", "menuitem"),
    *("listbox", "option", "progressbar", "navigation", "log", "toolbar", "article"),
}
LEAST_CONTRAST: Final = 4.5
"""WCAG 2.2, 1.4.3, for text of ordinary size."""

# The luminance is WCAG's; a canvas turns every way of writing a colour into numbers.
_CONTRAST: Final = """least => {
    const pen = document.createElement('canvas').getContext('2d', {willReadFrequently: true});
    const numbers = (colour) => {
        pen.clearRect(0, 0, 1, 1);
        pen.fillStyle = colour;
        pen.fillRect(0, 0, 1, 1);
        return [...pen.getImageData(0, 0, 1, 1).data];
    };
    const linear = (one) => (one <= .04045 ? one / 12.92 : ((one + .055) / 1.055) ** 2.4);
    const luminance = ([red, green, blue]) =>
        .2126 * linear(red / 255) + .7152 * linear(green / 255) + .0722 * linear(blue / 255);
    const behind = (node) => {
        for (let one = node; one; one = one.parentElement) {
            const colour = numbers(getComputedStyle(one).backgroundColor);
            if (colour[3] === 255) return colour;
        }
        return numbers('white');
    };
    const seen = (node) => node.checkVisibility({visibilityProperty: true, opacityProperty: true})
        && !node.closest('.unseen, :disabled, .signs');
    const poor = [];
    let count = 0;
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
        const [text, node] = [walker.currentNode.data.trim(), walker.currentNode.parentElement];
        if (!text || !seen(node)) continue;
        const pair = [luminance(numbers(getComputedStyle(node).color)), luminance(behind(node))];
        const ratio = (Math.max(...pair) + .05) / (Math.min(...pair) + .05);
        count += 1;
        if (ratio < least) poor.push(`${ratio.toFixed(2)} ${node.className || node.tagName}: ${text.slice(0, 40)}`);
    }
    return [count, poor];
}"""

_SIDEWAYS: Final = """() => {
    const outside = (box) => box.width && (box.right > innerWidth + 1 || box.left < -1);
    return [...document.querySelectorAll('body *')]
        .filter((one) => one.checkVisibility({visibilityProperty: true}) && !one.closest('.unseen, svg'))
        .filter((one) => outside(one.getBoundingClientRect()))
        .map((one) => one.id || one.className || one.tagName);
}"""


async def at_rest(page: Page) -> None:
    """Wait until pictures are there and movements that end are over."""
    await page.evaluate(
        """async () => {
            await Promise.all([...document.images].map((one) => one.decode().catch(() => null)));
            const ending = document.getAnimations().filter((one) => one.effect.getComputedTiming().endTime < 1e6);
            await Promise.all(ending.map((one) => one.finished.catch(() => null)));
        }"""
    )


async def named(page: Page, *roles: str) -> list[tuple[str, str]]:
    """Role and name of everything with one of these roles that the browser tells a screen reader of, in order."""
    session = await page.context.new_cdp_session(page)
    tree = await session.send("Accessibility.getFullAXTree")
    await session.detach()
    nodes: list[dict[str, Any]] = tree["nodes"]
    shown = [one for one in nodes if not one["ignored"] and one["role"]["value"] in roles]
    return [(one["role"]["value"], one.get("name", {}).get("value", "").strip()) for one in shown]


async def nameless(page: Page) -> list[str]:
    """Roles of everything that a screen reader would announce without a name."""
    shown = await named(page, *NAMED)
    assert shown, "the page shows nothing that needs a name"
    return [role for role, name in shown if not name]


async def poor_contrast(page: Page) -> list[str]:
    """Texts that stand out too little from what is behind them, greyed out ones apart."""
    count, poor = await page.evaluate(_CONTRAST, LEAST_CONTRAST)
    assert count, "the page shows no text"
    return [str(one) for one in poor]


async def sideways(page: Page) -> list[str]:
    """What sticks out of the window to the left or the right."""
    return [str(one) for one in await page.evaluate(_SIDEWAYS)]
