/* Mapa de embeddings: puntos con nombre, buscador, vecinas y analogías. */

const LETTER = 7; // ancho aproximado de una letra y alto de un nombre, en píxeles, para que no se pisen
const TALL = 15;
const MARGIN = 54; // lo que un nombre puede salirse del cuadro de los puntos
const DIRECTIONS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/* El punto más cercano en la dirección de una flecha: cuenta más desviarse que alejarse. */
function nextPoint(points, from, [dx, dy]) {
  let best = null;
  let least = Infinity;
  for (const one of points) {
    const along = (one.x - from.x) * dx + (one.y - from.y) * dy;
    const aside = Math.abs((one.x - from.x) * dy) + Math.abs((one.y - from.y) * dx);
    if (one === from || along <= 0.0001 || along + 2 * aside >= least) continue;
    least = along + 2 * aside;
    best = one;
  }
  return best;
}

function createMap(onpick) {
  const field = h("div", { class: "c-field-of-points" });
  const node = h("div", { class: "c-map", role: "group", "aria-label": "Mapa de palabras. Flechas para ir a la palabra más cercana en esa dirección, Intro para elegirla." }, field);
  let points = [];
  let extra = null;

  function newPoint(i) {
    const tag = h("span", { class: "c-tag" });
    const made = h("button", { type: "button", class: "c-point", tabindex: "-1", onclick: () => onpick(i), ...OWN_KEYS }, h("span", { class: "c-dot" }), tag);
    return { node: made, tag, x: 0, y: 0, label: "" };
  }

  function put(point, x, y, label) {
    Object.assign(point, { x, y, label });
    point.node.style.left = `${100 * x}%`;
    point.node.style.top = `${100 * y}%`;
    setText(point.tag, label);
  }

  /* Nombres por orden de importancia, a la derecha, a la izquierda, encima o debajo; el que no cabe se calla hasta que se pasa por él. */
  function name() {
    const { clientWidth: width, clientHeight: height } = field;
    if (!width) return;
    const weight = (one) => (one.node.classList.contains("c-chosen") ? 0 : one.node.classList.contains("c-near") ? 1 : 2);
    const all = [...points, ...(extra ? [extra] : [])].sort((a, b) => weight(a) - weight(b));
    const taken = all.filter((one) => weight(one) < 2).map((one) => [one.x * width - 6, one.y * height - 6, one.x * width + 6, one.y * height + 6]);
    const fits = ([left, top], wide) => left > -MARGIN && left + wide < width + MARGIN
      && !taken.some((other) => left < other[2] && other[0] < left + wide && top < other[3] && other[1] < top + TALL);
    for (const one of all) {
      const [x, y, wide] = [one.x * width, one.y * height, LETTER * one.label.length];
      const corners = { right: [x + 8, y - TALL / 2], left: [x - 8 - wide, y - TALL / 2], above: [x - wide / 2, y - TALL - 7], below: [x - wide / 2, y + 7] };
      const side = Object.keys(corners).find((name) => fits(corners[name], wide));
      one.node.classList.toggle("c-silent", !side && weight(one) > 1);
      one.node.dataset.side = side ?? "right";
      const [left, top] = corners[side ?? "right"];
      if (side || weight(one) < 2) taken.push([left, top, left + wide, top + TALL]);
    }
  }

  node.addEventListener("keydown", (event) => {
    const from = points.find((one) => one.node === event.target);
    if (!from || !(event.key in DIRECTIONS)) return;
    event.preventDefault();
    const to = nextPoint(points, from, DIRECTIONS[event.key]);
    if (!to) return;
    from.node.setAttribute("tabindex", "-1");
    to.node.setAttribute("tabindex", "0");
    to.node.focus();
  });

  return {
    node,
    rename: debounce(name, 60),
    paint(data) {
      while (points.length < data.points.length) points.push(newPoint(points.length));
      while (points.length > data.points.length) points.pop().node.remove();
      const near = new Map(data.near.filter((one) => one.index !== null).map((one) => [one.index, one.cosine]));
      const spot = data.chosen?.spot ?? null;
      const home = data.chosen?.index ?? 0;
      data.points.forEach((one, i) => {
        const point = points[i];
        put(point, one.x, one.y, one.label);
        point.node.className = `c-point${i === data.chosen?.index ? " c-chosen" : near.has(i) ? " c-near" : ""}`;
        point.node.setAttribute("aria-label", one.label + (i === data.chosen?.index ? ", la elegida" : near.has(i) ? `, vecina, coseno ${near.get(i)}` : ""));
        if (!node.contains(document.activeElement)) point.node.setAttribute("tabindex", i === home ? "0" : "-1");
      });
      if (field.childElementCount < points.length) field.append(...points.map((one) => one.node));
      extra?.node.remove();
      extra = null;
      if (spot && data.chosen.index === null) {
        extra = newPoint(null);
        extra.node = h("span", { class: "c-point c-chosen", "aria-hidden": "true" }, ...extra.node.childNodes);
        put(extra, spot[0], spot[1], data.chosen.label);
        field.append(extra.node);
      }
      name();
    },
  };
}

function createNear(onfind) {
  const list = h("ul", { "aria-label": "Las más parecidas de todo el vocabulario. Flechas para recorrerlas, Intro para ir a una." });
  const title = h("p", { class: "c-subtitle" });
  roving(list, ".c-row", ["ArrowUp", "ArrowLeft"], ["ArrowDown", "ArrowRight"]);

  function row(one) {
    const bar = h("span", { class: "c-bar c-model" });
    bar.style.setProperty("--p", one.p);
    return h("li", {}, h("button", { type: "button", class: "c-row", tabindex: "-1", "aria-label": `${one.label}: coseno ${one.cosine}${one.index === null ? "" : ", en el mapa"}`, onclick: () => onfind(one), ...OWN_KEYS },
      h("span", { class: "c-row-label" }, one.label), h("span", { class: "c-track", "aria-hidden": "true" }, bar, h("span", { class: "c-value" }, one.cosine))));
  }

  return {
    node: h("div", { class: "c-near-list" }, title, h("p", { class: "c-hint" }, "Por coseno, en todo el vocabulario"), list),
    paint(data) {
      setText(title, data.chosen ? `Cerca de «${data.chosen.label}»` : "");
      const focused = list.contains(document.activeElement);
      list.replaceChildren(...data.near.map(row));
      const first = list.querySelector(".c-row");
      first?.setAttribute("tabindex", "0");
      if (focused) first?.focus();
    },
  };
}

function createAnalogies(act) {
  const box = (label) => h("input", { type: "text", class: "c-box", "aria-label": label, spellcheck: "false", autocomplete: "off", ...OWN_KEYS,
    onkeydown: (event) => { if (event.key === "Enter") ask(); } });
  const boxes = [box("Primera palabra"), box("Segunda palabra"), box("Tercera palabra")];
  const answers = h("p", { class: "c-answers", role: "status", "aria-live": "polite" });
  const worth = h("p", { class: "c-worth" });
  const verdict = h("p", { class: "c-answers", role: "status", "aria-live": "polite" });
  const relations = h("ul", { class: "c-relations", "aria-label": "Analogías del micromundo en este modelo" });
  const ask = () => act("analogy", Object.fromEntries(["a", "b", "c"].map((name, i) => [name, boxes[i].value])));
  const node = h("div", { class: "c-section" },
    h("p", { class: "c-subtitle", role: "heading", "aria-level": "4" }, "Analogías"),
    h("p", { class: "c-hint" }, "Se busca lo más parecido a «segunda − primera + tercera», sin contar las tres."),
    h("div", { class: "c-analogy" }, boxes[0], "es a", boxes[1], "como", boxes[2], "es a…", button("Responder", ask)), answers, worth,
    h("div", { class: "c-toolbar" }, button("¿Cuántas se cumplen en este modelo?", () => act("measure"))), verdict, relations);
  return {
    node,
    answer(data) {
      setText(answers, `${data.question} (${data.answers.map((one) => `${one.label} ${one.cosine}`).join(" · ")})`);
      setText(worth, glue(data.worth));
    },
    measured(data) {
      setText(verdict, data.verdict);
      relations.replaceChildren(...data.relations.map((one) => h("li", { class: one.honest ? "c-honest" : null }, h("span", { class: "c-hidden" }, one.honest ? "Se cumple. " : "No se cumple. "), glue(one.text))));
      if (data.example.length && boxes.every((one) => !one.value)) boxes.forEach((one, i) => { one.value = data.example[i]; });
    },
  };
}

function render({ model, el }) {
  const status = createStatus();
  const root = h("section", { class: "curso c-embeddings", "aria-label": "Mapa de embeddings" });
  const link = createLink(model, root, receive, status.busy);
  const id = newId("palabra");
  const word = h("input", { id, type: "text", class: "c-box", spellcheck: "false", autocomplete: "off", ...OWN_KEYS, onkeydown: (event) => { if (event.key === "Enter") find(word.value); } });
  const methods = h("div", { class: "c-toolbar c-spaced", role: "group", "aria-label": "Proyección" });
  const where = h("p", { class: "c-where" });
  const map = createMap((index) => index !== null && link.send("look", { kind: "pick", index }));
  const near = createNear((one) => (one.index === null ? find(one.label.startsWith("-") ? one.label.slice(1) : one.label) : link.send("look", { kind: "pick", index: one.index })));
  const analogies = createAnalogies((kind, more) => link.send(kind, { kind, ...more }));
  root.append(heading("¿Qué palabras están cerca?", "Cada palabra es un vector; aquí, aplastado a un plano. Elige una para ver sus vecinas."),
    h("div", { class: "c-search" }, h("label", { for: id, class: "c-label" }, "Buscar"), word, button("Buscar", () => find(word.value), { "aria-label": "Buscar esa palabra" }), methods),
    ...status.nodes, h("div", { class: "c-between" }, where), h("div", { class: "c-body" }, map.node, near.node), analogies.node);

  function find(text) {
    link.send("look", { kind: "find", word: text });
  }

  function paint(data) {
    if (document.activeElement !== word || !word.value) word.value = data.chosen?.label ?? "";
    methods.replaceChildren(...data.methods.map((one) => button(one.title, () => link.send("project", { kind: "project", method: one.id }), { "aria-pressed": String(one.id === data.method), "data-method": one.id })));
    setText(where, glue(data.where));
    map.paint(data);
    near.paint(data);
    status.say(data.status);
    if (data.chosen) status.announce(`Cerca de ${data.chosen.label}: ${data.near.map((one) => one.label).join(", ")}`);
  }

  function receive(reply) {
    if (reply.kind === "status") return status.say(reply.status);
    if (reply.kind === "analogy") { status.say(""); return analogies.answer(reply); }
    if (reply.kind === "relations") return analogies.measured(reply);
    paint(reply);
  }

  const resized = new ResizeObserver(() => map.rename());
  resized.observe(map.node);
  const close = openView(model, el, root, link, paint);
  return () => { resized.disconnect(); close(); };
}

export default { render };
