/* Piezas comunes de los widgets del curso.
   Todo texto entra como nodo de texto (append, textContent): un token puede contener cualquier cosa y aquí nunca es HTML.
   Las cuentas se hacen en Python; aquí solo se pide, se pinta y se anuncia. */

const BUSY_MS = 1500; // a partir de aquí se avisa de que el kernel no contesta
const LOST_MS = 10000; // a partir de aquí una respuesta se da por perdida y se puede volver a pedir
const SETTLE_MS = 250; // lo que se espera a que se deje de escribir en una casilla
const OWN_KEYS = { "data-lm-suppress-shortcuts": "true" }; // JupyterLab no debe quedarse con estas teclas
const OWN_ID = Math.random().toString(36).slice(2, 8); // cada widget trae su copia de este módulo: sin esto repetirían los id
let lastId = 0;

function h(tag, attributes, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return node;
}

/* Cambia el texto sin cambiar de nodo: así el navegador no repasa los selectores :has() de toda la página (tres veces más rápido). */
function setText(node, text) {
  const only = node.firstChild;
  if (only?.nodeType !== Node.TEXT_NODE || only.nextSibling) node.textContent = text;
  else if (only.nodeValue !== text) only.nodeValue = text;
}

/* Un «%» no se queda solo al principio de una línea, ni un «>» al final. */
function glue(text) {
  return (text ?? "").replaceAll(" %", "\u00a0%").replace(/([<>]) (?=\d)/g, "$1\u00a0");
}

function newId(name) {
  lastId += 1;
  return `curso-${name}-${OWN_ID}-${lastId}`;
}

function button(text, onclick, more) {
  return h("button", { type: "button", class: "c-button", onclick, ...OWN_KEYS, ...more }, text);
}

/* Conversación con el kernel: una sola petición en vuelo. Mientras se espera, lo nuevo sustituye a lo viejo de su misma
   clave, así que arrastrar deprisa un deslizador nunca forma cola. `root` lleva en data-waiting si se espera algo. */
function createLink(model, root, onReply, onBusy) {
  const view = `${Date.now()}-${Math.random()}`;
  const pending = new Map();
  let waiting = null;
  let sentAt = 0;
  let seq = 0;
  let timer = null;

  function pump() {
    if (waiting !== null && performance.now() - sentAt > LOST_MS) waiting = null;
    if (waiting !== null || pending.size === 0) return;
    const [key, message] = pending.entries().next().value;
    pending.delete(key);
    waiting = ++seq;
    sentAt = performance.now();
    clearTimeout(timer);
    timer = setTimeout(() => onBusy(true), BUSY_MS);
    root.dataset.waiting = "yes";
    model.send({ ...message, seq: waiting, view });
  }

  function receive(reply, buffers) {
    const mine = reply.view === view && reply.seq === waiting;
    const elapsed = performance.now() - sentAt;
    if (mine) {
      waiting = null;
      clearTimeout(timer);
      onBusy(false);
    }
    onReply(reply, mine || reply.view === undefined, elapsed, buffers);
    pump();
    if (waiting === null) root.dataset.waiting = "no";
  }

  model.on("msg:custom", receive);
  return {
    send(key, message) {
      pending.set(key, message);
      pump();
    },
    owes: (key) => pending.has(key), // si aún queda por mandar algo de esa clave
    close() {
      clearTimeout(timer);
      model.off("msg:custom", receive);
    },
  };
}

/* Lo último de una vista: ponerla en la página, pintar el estado que vino con ella y pedir el de ahora. Devuelve cómo cerrarla. */
function openView(model, el, root, link, paint) {
  el.append(root);
  const first = model.get("snapshot");
  if (Object.keys(first).length) paint(first, true);
  link.send("hello", { kind: "hello" });
  return () => link.close();
}

function debounce(action, milliseconds) {
  let timer = null;
  const later = (...values) => {
    clearTimeout(timer);
    timer = setTimeout(() => action(...values), milliseconds);
  };
  later.cancel = () => clearTimeout(timer);
  return later;
}

/* Línea de estado (visible) y anuncios (solo para lectores de pantalla, sin repetir a cada paso de un mando). */
function createStatus() {
  const line = h("p", { class: "c-status", role: "status", "aria-live": "polite" });
  const hidden = h("p", { class: "c-hidden", "aria-live": "polite" });
  const announce = debounce((text) => setText(hidden, text), 700);
  let said = "";
  const show = (text) => {
    setText(line, glue(text));
    line.classList.toggle("c-empty", !text);
  };
  show("");
  return {
    nodes: [line, hidden],
    say(text) {
      said = text ?? "";
      show(said);
    },
    busy(on) {
      show(on ? "El kernel está ocupado o parado: en cuanto quede libre, esto se pone al día." : said);
    },
    announce,
  };
}

function heading(text, hint) {
  return h("div", { class: "c-heading" }, h("p", { class: "c-title", role: "heading", "aria-level": "3" }, text), h("p", { class: "c-hint" }, hint));
}

function textBox(label, rows, oninput) {
  const id = newId("texto");
  const box = h("textarea", { id, class: "c-textbox", rows, spellcheck: "false", autocomplete: "off", oninput, ...OWN_KEYS });
  return { box, node: h("div", { class: "c-field" }, h("label", { for: id, class: "c-label" }, label), box) };
}

/* Una caja que también puede cambiar el kernel: manda lo escrito en cuanto se para, y lo que llega no pisa lo que aún se escribe. */
function createTyping(label, rows, milliseconds, send) {
  let agreed = ""; // lo último que se mandó o que llegó: si la caja dice otra cosa, alguien está escribiendo
  const later = debounce(() => { agreed = box.value; send("type", { kind: "type", text: box.value }); }, milliseconds);
  const { box, node } = textBox(label, rows, later);
  return {
    box,
    node,
    settle() { later.cancel(); agreed = box.value; },
    take(text, forced) {
      if (!forced && box.value !== agreed && box.value !== text) return;
      if (box.value !== text) {
        box.value = text;
        box.scrollTop = box.scrollHeight;
      }
      agreed = box.value;
    },
  };
}

/* Una casilla de un formulario: un número, una opción o sí y no. Lo que el kernel rechaza se marca, y al salir vuelve lo último bueno. */
function createInput(field, onchange) {
  const id = newId(field.name);
  const common = { id, "data-name": field.name, title: field.help, ...OWN_KEYS };
  const make = {
    number: () => h("input", { ...common, type: "number", min: field.low, max: field.high, step: 1, oninput: debounce(() => onchange(Number.isNaN(input.valueAsNumber) ? null : input.valueAsNumber), SETTLE_MS) }),
    choice: () => h("select", { ...common, onchange: () => onchange(input.value) }, field.options.map((one) => h("option", { value: one.value ?? one }, one.text ?? one))),
    check: () => h("input", { ...common, type: "checkbox", onchange: () => onchange(input.checked) }),
  };
  const input = make[field.kind]();
  let good = field.value;

  function restore() {
    if (field.kind === "check") input.checked = good;
    else if (String(input.value) !== String(good)) input.value = good;
  }

  input.addEventListener("blur", () => { if (input.getAttribute("aria-invalid") === "true") { restore(); input.removeAttribute("aria-invalid"); } });
  const label = h("label", { for: id }, field.title);
  return {
    node: h("div", { class: `c-field-box c-${field.kind}` }, field.kind === "check" ? [input, label] : [label, input]),
    fill(value) {
      good = value;
      input.removeAttribute("aria-invalid");
      const typing = document.activeElement === input && field.kind === "number" && input.valueAsNumber === value;
      if (!typing) restore();
    },
    refuse() { input.setAttribute("aria-invalid", "true"); },
  };
}

/* Flechas, Inicio y Fin entre elementos de un grupo; solo uno de ellos está en el orden de tabulación. */
function roving(container, selector, backward, forward) {
  const items = () => [...container.querySelectorAll(selector)];
  const focus = (item) => {
    items().forEach((other) => other.setAttribute("tabindex", other === item ? "0" : "-1"));
    item.focus();
  };
  container.addEventListener("keydown", (event) => {
    const all = items();
    const at = all.indexOf(event.target);
    const moves = { Home: 0, End: all.length - 1 };
    for (const key of backward) moves[key] = Math.max(at - 1, 0);
    for (const key of forward) moves[key] = Math.min(at + 1, all.length - 1);
    if (at < 0 || !(event.key in moves)) return;
    event.preventDefault();
    focus(all[moves[event.key]]);
  });
  container.addEventListener("focusin", (event) => {
    if (items().includes(event.target)) items().forEach((item) => item.setAttribute("tabindex", item === event.target ? "0" : "-1"));
  });
}

/* Una proporción (0 … 1) como en el resto del curso: lo que no es cero no se redondea a cero, ni a cien. */
function percent(x) {
  if (x > 0 && x < 0.005) return "< 1\u00a0%";
  if (x >= 0.995 && x < 0.9999) return "> 99\u00a0%";
  return `${Math.round(100 * x)}\u00a0%`;
}

/* Una tira de tokens. Si `onlook`, se recorre con el ratón y con las flechas. */
function createStrip(label, onlook) {
  const node = h("div", { class: "c-strip", role: onlook ? "toolbar" : "group", "aria-label": label });
  let chips = [], marked = 0;

  function chip(text, at) {
    const parts = { ink: h("span", { class: "c-ink" }, text), value: h("small", { "aria-hidden": "true" }) };
    const look = () => onlook(at);
    const live = onlook ? { role: "button", "aria-label": text, "aria-pressed": "false", tabindex: at ? "-1" : "0", onmouseenter: look, onfocus: look, onclick: look, ...OWN_KEYS } : {};
    parts.node = h("span", { class: "c-token", ...live }, parts.ink, parts.value);
    return parts;
  }

  if (onlook) roving(node, ".c-token", ["ArrowLeft", "ArrowUp"], ["ArrowRight", "ArrowDown"]);
  return {
    node,
    fill(labels, plain) {
      marked = 0;
      chips = labels.map(chip);
      node.classList.toggle("c-plain", Boolean(plain));
      node.replaceChildren(...chips.map((one) => one.node));
    },
    /* Tiñe cada token según sus bytes (255, el mayor) y escribe lo que pasa del 2 %; los que no están en la fila no se ven. */
    shade(row, peak) {
      chips.forEach((one, at) => {
        const byte = at < row.length ? row[at] : -1;
        const share = (byte / 255) * peak;
        setText(one.value, share >= 0.02 ? percent(share) : "");
        if (byte === one.byte) return;
        one.byte = byte;
        one.node.style.setProperty("--p", Math.max(byte, 0) / 255);
        one.node.classList.toggle("c-unseen", byte < 0);
      });
    },
    mark(at) {
      const pressed = (one, on) => { one?.node.classList.toggle("c-looked", on); one?.node.setAttribute("aria-pressed", String(on)); };
      pressed(chips[marked], false);
      pressed(chips[at], true);
      marked = at;
    },
    say(at, text) { chips[at]?.node.setAttribute("aria-label", text); },
  };
}

/* Varias cajas de texto que se mandan juntas: {nombre: texto}. Lo que se está escribiendo no se pisa. */
function createFields(onchange) {
  const node = h("div", { class: "c-fields" });
  const boxes = new Map();
  const values = () => Object.fromEntries([...boxes].map(([name, one]) => [name, one.box.value]));

  function add(field) {
    const made = textBox(field.label, field.hint ? 1 : 2, () => onchange(values()));
    if (field.hint) made.box.setAttribute("placeholder", field.hint);
    boxes.set(field.name, { box: made.box, last: "" });
    node.append(made.node);
  }

  return {
    node,
    fill(fields) {
      for (const field of fields) {
        if (!boxes.has(field.name)) add(field);
        const one = boxes.get(field.name);
        if (one.box.value === one.last) one.box.value = field.value;
        one.last = field.value;
      }
    },
  };
}
