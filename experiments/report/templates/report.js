"use strict";
(() => {
  const all = (selector) => [...document.querySelectorAll(selector)];

  // What is wider than the page says so.
  const cues = () => all(".wrap").forEach((one) => {
    const scroll = one.firstElementChild;
    one.classList.toggle("wider", scroll.scrollWidth > scroll.clientWidth + 1);
  });
  addEventListener("resize", cues);
  all("details").forEach((one) => one.addEventListener("toggle", cues));
  cues();

  // Paper shows everything opened, and the moving picture as it stands.
  const stills = () => {
    const place = document.querySelector(".printed-still");
    const player = document.querySelector(".player");
    if (!place || !player || !player.retrowalk) return;
    place.replaceChildren(...player.retrowalk.stills().map(([title, picture]) => {
      const figure = document.createElement("figure");
      const image = document.createElement("img");
      const caption = document.createElement("figcaption");
      Object.assign(image, { src: picture, alt: title });
      caption.textContent = title;
      figure.append(image, caption);
      return figure;
    }));
  };
  addEventListener("beforeprint", () => {
    all("details").forEach((one) => { one.open = true; });
    stills();
  });
  addEventListener("afterprint", () => document.body.classList.remove("summary-alone"));
  const button = document.querySelector(".print-summary");
  button.hidden = false;
  button.addEventListener("click", () => {
    document.body.classList.add("summary-alone");
    print();
  });
})();
