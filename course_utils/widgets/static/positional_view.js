/* Vista de posiciones: mapa de calor y línea de parecido, con dos posiciones que se mueven con el ratón o con el teclado. */

const SVG = ["http:", "", "www.w3.org", "2000", "svg"].join("/"); // un nombre, no una dirección: no se pide nada
const channels = (color) => [1, 3, 5].map((i) => parseInt(color.trim().slice(i, i + 2), 16));
const blend = (from, to, amount) => from.map((channel, i) => channel + (to[i] - channel) * amount);
const bytesOf = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));

/* Los colores de la página en este momento: lo negativo, el cero y lo positivo. */
function ramp(root) {
  const style = getComputedStyle(root);
  const [low, zero, high] = ["--c-truth", "--c-paper", "--c-accent"].map((name) => channels(style.getPropertyValue(name)));
  return Array.from({ length: 256 }, (_, level) => level < 128 ? blend(zero, low, (128 - level) / 127) : blend(zero, high, (level - 128) / 127));
}

function createChart() {
  const made = (tag, attributes) => {
    const node = document.createElementNS(SVG, tag);
    for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
    return node;
  };
  const svg = made("svg", { viewBox: "0 0 100 100", preserveAspectRatio: "none", "aria-hidden": "true" });
  const [zero, line] = [made("path", { class: "c-zero" }), made("path", {})];
  svg.append(zero, line);
  return { svg, line, zero };
}

function createPanel(root, onpick) {
  const name = h("p", { class: "c-name" });
  const size = h("p", { class: "c-size" });
  const canvas = h("canvas", { role: "img" });
  const mark = (second) => h("div", { class: `c-mark${second ? " c-second" : ""}` }, h("span", {}));
  const post = (second) => h("div", { class: `c-post${second ? " c-second" : ""}` });
  const marks = [mark(false), mark(true)];
  const posts = [post(false), post(true)];
  const low = h("span");
  const high = h("span");
  const heat = h("div", { class: "c-heat", onpointerdown: (event) => drag(event, "position"), onpointermove: (event) => drag(event, "position") }, canvas, marks);
  const { svg, line, zero } = createChart();
  const curve = h("div", { class: "c-curve", onpointerdown: (event) => drag(event, "other"), onpointermove: (event) => drag(event, "other") }, svg, posts);
  const top = h("span");
  const ends = h("p", { class: "c-axis" }, h("span", {}, "posición 0"), h("span"));
  const bottom = h("span");
  const sentence = h("p", { class: "c-sentence" });
  let rows = 1;

  function drag(event, what) {
    if (!event.buttons) return;
    event.preventDefault();
    const box = event.currentTarget.getBoundingClientRect();
    const share = what === "position" ? (event.clientY - box.top) / box.height : (event.clientX - box.left) / box.width;
    onpick(what, Math.min(Math.max(Math.floor(share * rows), 0), rows - 1));
  }

  function colour(data) {
    const colors = ramp(root);
    const image = new ImageData(data.columns, data.rows);
    data.levels.forEach((level, i) => image.data.set([...colors[level], 255], 4 * i));
    canvas.width = data.columns;
    canvas.height = data.rows;
    canvas.getContext("2d").putImageData(image, 0, 0);
  }

  return {
    node: h("div", { class: "c-panel" }, name, size, heat,
      h("p", { class: "c-scale", "aria-hidden": "true" }, low, h("span", { class: "c-ramp" }), high),
      h("p", { class: "c-axis c-range", "aria-hidden": "true" }, top, bottom), curve, ends, sentence),
    colour,
    set(data) {
      rows = data.rows;
      setText(name, data.title);
      setText(size, `${data.size}. Una fila por posición, una columna por dimensión.`);
      canvas.setAttribute("aria-label", `Mapa de calor, ${data.title}, ${data.size}`);
      setText(low, `−${data.limit}`);
      setText(high, data.limit);
      setText(ends.lastChild, `posición ${data.rows - 1}`);
      colour(data);
    },
    paint(data, chosen, measure) {
      const x = (i) => (100 * (i + 0.5)) / rows;
      line.setAttribute("d", data.values.map((value, i) => `${i ? "L" : "M"}${x(i)} ${100 - 100 * value}`).join(""));
      zero.setAttribute("d", `M0 ${100 - 100 * data.zero}H100`);
      setText(top, `${measure} con la ${chosen[0]}: de ${data.low} (abajo) a ${data.high} (arriba)`);
      setText(sentence, data.sentence);
      chosen.forEach((position, i) => {
        marks[i].style.top = `${x(position)}%`;
        setText(marks[i].firstChild, String(position));
        posts[i].style.left = `${x(position)}%`;
      });
    },
  };
}

function createSlider(label, name, onmove) {
  const id = newId(name);
  const value = h("output", { for: id });
  const input = h("input", { id, type: "range", min: 0, step: 1, "data-name": name, ...OWN_KEYS, oninput: () => onmove(name, Number(input.value)) });
  return {
    node: h("div", { class: "c-control" }, h("div", { class: "c-control-head" }, h("label", { for: id }, label), value), input),
    set(current, last) {
      input.max = last;
      if (document.activeElement !== input || input.value !== String(current)) input.value = current;
      setText(value, String(current));
      input.setAttribute("aria-valuetext", `posición ${current}`);
    },
  };
}

function render({ model, el }) {
  const status = createStatus();
  const root = h("section", { class: "curso c-positions", "aria-label": "Vista de posiciones" });
  const link = createLink(model, root, receive, status.busy);
  const panels = h("div", { class: "c-panels" });
  const measures = h("div", { class: "c-toolbar", role: "group", "aria-label": "Cómo se mide el parecido" });
  const sliders = { position: createSlider("Posición elegida", "position", move), other: createSlider("Comparar con", "other", move) };
  const made = [];
  let tables = [];
  let last = 0;
  let titles = {};
  root.append(heading("¿Cuánto se parecen dos posiciones?", "Mueve los mandos, o arrastra por el mapa (la elegida) y por la línea (con cuál se compara)."),
    h("div", { class: "c-controls" }, sliders.position.node, sliders.other.node), measures, ...status.nodes, panels);

  function move(what, value) {
    sliders[what]?.set(value, last);
    link.send(`move-${what}`, { kind: "move", [what]: value });
  }

  function paint(data) {
    sliders.position.set(data.position, last);
    sliders.other.set(data.other, last);
    for (const one of measures.children) one.setAttribute("aria-pressed", String(one.dataset.measure === data.measure));
    data.curves.forEach((curve, i) => made[i].paint(curve, [data.position, data.other], titles[data.measure]));
    status.say(data.status);
    status.announce(data.curves.map((curve, i) => `${tables[i].title}. ${curve.sentence}`).join(" "));
  }

  function build(data) {
    last = data.length - 1;
    tables = data.tables.map((one) => ({ ...one, levels: bytesOf(one.data) }));
    titles = Object.fromEntries(data.measures.map((one) => [one.id, one.title]));
    measures.replaceChildren(...data.measures.map((one) => button(one.title, () => move("measure", one.id), { "data-measure": one.id })));
    while (made.length < tables.length) {
      made.push(createPanel(root, move));
      panels.append(made[made.length - 1].node);
    }
    tables.forEach((one, i) => made[i].set(one));
    paint(data);
  }

  function receive(reply) {
    if (reply.kind === "status") return status.say(reply.status);
    if (reply.kind === "snapshot") build(reply);
    else paint(reply);
  }

  /* El mapa está pintado con los colores del tema: si cambia, se pinta otra vez. */
  const recolour = debounce(() => tables.forEach((one, i) => made[i].colour(one)), 60);
  const watcher = new MutationObserver(recolour);
  for (const node of [document.body, document.documentElement]) watcher.observe(node, { attributes: true });
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  dark.addEventListener("change", recolour);

  const close = openView(model, el, root, link, build);
  requestAnimationFrame(recolour);
  return () => { watcher.disconnect(); dark.removeEventListener("change", recolour); close(); };
}

export default { render };
