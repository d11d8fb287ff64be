// What a page asks of people who read by ear, by keyboard or with weak eyes, as the browser has it:
// the value is the list of what is wrong. Contrast as in WCAG 2.2 (1.4.3): 4.5 to 1, large text
// 3 to 1, over the background that is drawn.
(() => {
  const problems = [];
  const seen = (one) => one.getClientRects().length && getComputedStyle(one).visibility !== "hidden";
  const numbers = (colour) => (colour.match(/[\d.]+/g) || []).map(Number);
  const light = ([r, g, b]) => [r, g, b].map((c) => c / 255)
    .map((c) => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
    .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
  const ground = (one) => {
    for (let node = one; node; node = node.parentElement) {
      const style = getComputedStyle(node), colour = numbers(style.backgroundColor);
      if (style.backgroundImage !== "none") return null;
      if (colour.length === 3 || colour[3] === 1) return colour;
      if (colour[3] > 0) return null;
    }
    return [255, 255, 255];
  };
  const words = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (words.nextNode()) {
    const one = words.currentNode.parentElement, text = words.currentNode.data.trim();
    if (!text || !seen(one) || one.closest("script, style, noscript, option, [aria-hidden=true]")) continue;
    const style = getComputedStyle(one), behind = ground(one);
    if (!behind || one.disabled) continue;
    const colour = one.closest("svg") ? style.fill : style.color;
    if (colour === "none") continue;
    const [a, b] = [light(numbers(colour)), light(behind)];
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    const size = parseFloat(style.fontSize), large = size >= 24 || (size >= 18.6 && style.fontWeight >= 700);
    if (ratio < (large ? 3 : 4.5)) problems.push(`contrast ${ratio.toFixed(2)}: ${text.slice(0, 40)}`);
  }
  const name = (one) => one.ariaLabel || one.title || one.innerText || one.alt
    || [...(one.labels || [])].map((label) => label.innerText).join("")
    || (one.getAttribute("aria-labelledby") || "").split(" ").filter(Boolean)
      .map((id) => document.getElementById(id)?.textContent || "").join("");
  for (const one of document.querySelectorAll("a[href], button, select, input, [tabindex], summary")) {
    if (!seen(one)) continue;
    if (one.tabIndex > 0) problems.push(`tabindex ${one.tabIndex}: ${one.outerHTML.slice(0, 60)}`);
    if (!String(name(one)).trim()) problems.push(`no name: ${one.outerHTML.slice(0, 60)}`);
  }
  for (const one of document.querySelectorAll("figure")) {
    if (!(one.querySelector("figcaption")?.textContent || "").trim()) problems.push(`no caption: ${one.id}`);
    for (const svg of one.querySelectorAll("svg")) {
      const title = svg.getAttribute("aria-label") || svg.querySelector("title")?.textContent;
      if (svg.getAttribute("role") !== "img" || !title) problems.push(`no title: ${one.id}`);
    }
  }
  for (const one of document.querySelectorAll("img:not([alt])")) problems.push(`no alt: ${one.src.slice(0, 40)}`);
  for (const one of document.querySelectorAll("table")) {
    if (!one.caption?.textContent.trim()) problems.push("a table without a caption");
    if (!one.querySelector("th[scope]")) problems.push(`no headers: ${one.caption?.textContent}`);
  }
  for (const one of document.querySelectorAll("*")) {
    const style = getComputedStyle(one);
    const scrolls = /auto|scroll/.test(style.overflowX) && one.scrollWidth > one.clientWidth + 1;
    if (scrolls && seen(one) && one.tabIndex < 0 && one.tagName !== "PRE") problems.push(`no key scrolls ${one.className}`);
  }
  let level = 0;
  for (const one of document.querySelectorAll("h1, h2, h3, h4")) {
    const own = Number(one.tagName[1]);
    if (own > level + 1) problems.push(`heading skips a level: ${one.textContent.slice(0, 40)}`);
    level = own;
  }
  if (document.querySelectorAll("h1").length !== 1) problems.push("not one h1");
  if (!document.documentElement.lang) problems.push("no language");
  return [...new Set(problems)];
})()
