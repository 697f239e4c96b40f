"""A look at the contrast of a page's texts, in its own browser."""

from __future__ import annotations

from typing import Final

CONTRAST: Final = """
  (() => {
    const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
    const rgba = (text) => {
      canvas.clearRect(0, 0, 1, 1);
      canvas.fillStyle = text;
      canvas.fillRect(0, 0, 1, 1);
      const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data;
      return [r, g, b, a / 255];
    };
    const over = (top, below) => below.map((c, i) => i === 3 ? 1 : top[i] * top[3] + c * (1 - top[3]));
    const white = [255, 255, 255, 1];
    const ground = (e) => e ? over(rgba(getComputedStyle(e).backgroundColor), ground(e.parentElement)) : white;
    const light = (c) => [0.2126, 0.7152, 0.0722].reduce((sum, w, i) => {
      const v = c[i] / 255;
      return sum + w * (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    }, 0);
    const written = (e) => [...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim());
    const texts = [...document.querySelectorAll("#explore *")].filter((e) => e.checkVisibility()
      && !e.closest("svg, .v-editor, .x-off, select, [disabled]") && (written(e) || e.matches("input[type=text]")));
    const weak = texts.map((e) => {
      const back = ground(e), text = over(rgba(getComputedStyle(e).color), back);
      const [high, low] = [light(text), light(back)].sort((a, b) => b - a);
      return [(high + 0.05) / (low + 0.05), `${e.tagName} ${e.className} ${e.textContent.slice(0, 20)}`];
    }).filter(([ratio]) => ratio < 4.5).map(([ratio, what]) => `${what}: ${ratio.toFixed(2)}`);
    return { weak, seen: texts.length };
  })()"""
"""What on the page (`seen` texts in all) has less contrast than 4.5 to 1 between its text and its ground."""
