// What breaks a rule by which everybody can use the page: names for all that can be used, headings in order, words for
// pictures, contrast of texts (WCAG 2.2, 1.4.3), sizes of what is pressed (2.5.8). Gives sentences.
const faults = [];
const called = (e) => e.tagName.toLowerCase() + (e.id ? "#" + e.id : "") + (typeof e.className === "string" && e.className ? "." + e.className.split(" ").join(".") : "");
const isHidden = (e) => !e.checkVisibility({ opacityProperty: true, visibilityProperty: true });

const beyond = document.documentElement.scrollWidth - innerWidth;
if (beyond > 0) faults.push(`the page is ${beyond} pixels too wide`);
if (!document.documentElement.lang) faults.push("the page does not say its language");
if (document.querySelectorAll("h1").length !== 1) faults.push("there is not one heading of the first level");
let level = 0;
for (const e of document.querySelectorAll("h1, h2, h3, h4, h5, h6")) {
  if (+e.tagName[1] > level + 1) faults.push(`the heading ${e.textContent.trim()} skips a level`);
  level = +e.tagName[1];
}

const ids = new Set();
for (const e of document.querySelectorAll("[id]")) {
  if (ids.has(e.id)) faults.push(`the id ${e.id} is there twice`);
  ids.add(e.id);
}
for (const name of ["aria-labelledby", "aria-describedby", "for"]) {
  for (const e of document.querySelectorAll(`[${name}]`)) {
    for (const id of e.getAttribute(name).split(" ")) if (!ids.has(id)) faults.push(`${called(e)}: ${name} ${id} leads nowhere`);
  }
}
const isNamed = (e) => e.getAttribute("aria-label") || e.getAttribute("aria-labelledby") || e.title;
for (const e of document.querySelectorAll("input:not([type=hidden], [aria-hidden=true]), select, textarea")) {
  if (!e.labels.length && !isNamed(e)) faults.push(`${called(e)} ${e.name} has no label`);
}
for (const e of document.querySelectorAll("a[href], button, summary")) {
  if (!e.textContent.trim() && !isNamed(e)) faults.push(`${called(e)} has no words`);
}
for (const e of document.querySelectorAll("svg")) {
  const inside = e.parentElement.closest("svg, [aria-hidden=true]");
  const told = ["img", "group"].includes(e.getAttribute("role")) && isNamed(e);
  if (!inside && !told && e.getAttribute("aria-hidden") !== "true") faults.push(`${called(e)}: a picture without words`);
}
for (const e of document.querySelectorAll("th:not([scope])")) faults.push(`the heading ${e.textContent} of a table heads nothing`);

// What is pressed in the midst of a text may be as small as the text.
const inText = "p, li, td, th, dd, h1, h2, h3, label, svg, .skip, .vh";
for (const e of document.querySelectorAll("a[href], button, summary, input:not([type=hidden]), select, textarea")) {
  const { width, height } = e.getBoundingClientRect();
  if (!isHidden(e) && !e.closest(inText) && (width < 24 || height < 24)) faults.push(`${called(e)} is ${width} by ${height} small`);
}

const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
const colour = (text) => {
  canvas.clearRect(0, 0, 1, 1);
  canvas.fillStyle = text;
  canvas.fillRect(0, 0, 1, 1);
  const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data;
  return { rgb: [r, g, b], alpha: a / 255 };
};
const over = (top, below) => top.rgb.map((c, i) => c * top.alpha + below[i] * (1 - top.alpha));
const ground = (e) => {
  const layers = [];
  for (; e; e = e.parentElement) {
    layers.push(colour(getComputedStyle(e).backgroundColor));
    if (layers.at(-1).alpha === 1) break;
  }
  return layers.reduceRight((below, layer) => over(layer, below), [255, 255, 255]);
};
const luminance = (rgb) => {
  const [r, g, b] = rgb.map((c) => (c / 255 <= 0.04045 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};
const faint = new Set();
const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
while (texts.nextNode()) {
  const e = texts.currentNode.parentElement;
  const text = texts.currentNode.data.trim();
  // Texts of pictures lie on shapes, not on grounds of elements.
  if (!text || isHidden(e) || e.closest("svg, script, style, noscript, option, .skip")) continue;
  const style = getComputedStyle(e);
  const below = ground(e);
  const [low, high] = [luminance(over(colour(style.color), below)), luminance(below)].sort((a, b) => a - b);
  const size = parseFloat(style.fontSize);
  const need = size >= 24 || (size >= 18.66 && +style.fontWeight >= 700) ? 3 : 4.5;
  const ratio = (high + 0.05) / (low + 0.05);
  if (ratio < need) faint.add(`${called(e)} “${text.slice(0, 30)}” has a contrast of ${ratio.toFixed(2)}, not ${need}`);
}
return [...faults, ...faint];
