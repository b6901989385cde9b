/* Calculadora de tamaño: una casilla por medida; cada cambio se pregunta a Python y vuelve con las cuentas hechas. */

/* Una barra apilada: cada parte con su aspecto (el número de su sitio) y lo que ocupa. */
function createStack(label) {
  const bar = h("div", { class: "c-stack", role: "img", "aria-label": label });
  return {
    node: bar,
    fill(parts, spoken) {
      bar.setAttribute("aria-label", `${label}: ${spoken}`);
      while (bar.children.length > parts.length) bar.lastChild.remove();
      while (bar.children.length < parts.length) bar.append(h("span", { class: `c-part c-look-${bar.children.length}` }));
      parts.forEach((part, i) => { bar.children[i].style.width = `${100 * part.share}%`; });
    },
  };
}

function createList() {
  const list = h("ul", { class: "c-parts" });
  const line = (part, i, value, detail) => h("li", {},
    h("span", { class: `c-sample c-look-${i}`, "aria-hidden": "true" }), h("span", { class: "c-part-name" }, part.name),
    h("span", { class: "c-part-value" }, glue(value)), detail ? h("span", { class: "c-part-how" }, detail) : null);
  return {
    node: list,
    fill(parts, value, detail) { list.replaceChildren(...parts.map((part, i) => line(part, i, value(part), detail?.(part)))); },
  };
}

function render({ model, el }) {
  const status = createStatus();
  const root = h("section", { class: "curso c-calculator", "aria-label": "Calculadora de tamaño" });
  const link = createLink(model, root, receive, status.busy);
  const inputs = {};
  let asked = null;

  const presetId = newId("modelo");
  const preset = h("select", { id: presetId, "data-name": "preset", onchange: () => ask(null, { kind: "preset", name: preset.value }), ...OWN_KEYS });
  const groups = {
    forma: h("fieldset", { class: "c-group" }, h("legend", {}, "La forma")),
    uso: h("fieldset", { class: "c-group" }, h("legend", {}, "El uso")),
  };
  const total = h("p", { class: "c-total" });
  const perToken = h("p", { class: "c-rest" });
  const pieces = createStack("Parámetros por piezas");
  const pieceList = createList();
  const memory = createStack("Memoria");
  const mark = h("div", { class: "c-capacity", "aria-hidden": "true" });
  const memoryList = createList();
  const verdict = h("p", { class: "c-verdict" });
  const room = h("p", { class: "c-rest" });
  const cost = h("p", { class: "c-rest" });
  root.append(
    heading("¿Cuánto mide y dónde cabe?", "Parte de un modelo público y cambia lo que quieras."),
    h("div", { class: "c-preset" }, h("label", { for: presetId }, "Modelo de partida"), preset),
    ...status.nodes,
    h("div", { class: "c-columns" },
      h("div", { class: "c-form" }, groups.forma, groups.uso),
      h("div", { class: "c-results" }, total, pieces.node, pieceList.node, perToken,
        h("p", { class: "c-subtitle" }, "Memoria"), h("div", { class: "c-memory" }, memory.node, mark), memoryList.node, verdict, room, cost)));

  function ask(name, message) {
    asked = name;
    link.send(name ?? "preset", message);
  }

  function addInput(field) {
    inputs[field.name] = createInput(field, (value) => ask(field.name, { kind: "change", name: field.name, value }));
    groups[field.group].append(inputs[field.name].node);
  }

  function paint(data) {
    if (preset.children.length !== data.presets.length) preset.replaceChildren(...data.presets.map((one) => h("option", { value: one }, one)));
    preset.value = data.preset;
    for (const field of data.fields) {
      if (!inputs[field.name]) addInput(field);
      inputs[field.name].fill(field.value);
    }
    setText(total, data.total);
    setText(perToken, glue(data.per_token));
    pieces.fill(data.parts, data.parts.map((part) => part.spoken).join(" "));
    pieceList.fill(data.parts, (part) => `${part.text} · ${part.percent}`, (part) => part.how);
    memory.fill(data.memory, data.memory.map((part) => `${part.name}, ${part.text}`).join("; "));
    memoryList.fill(data.memory, (part) => part.text);
    mark.style.width = `${100 * data.capacity}%`;
    mark.style.setProperty("--usable", `${(100 * data.usable) / data.capacity}%`);
    setText(verdict, `${data.fits ? "✓" : "✗"} ${data.verdict}`);
    verdict.classList.toggle("c-fits", data.fits);
    root.dataset.fits = data.fits ? "yes" : "no";
    setText(room, data.room);
    setText(cost, glue(data.cost));
    status.say(data.status);
    status.announce(`${data.short}. ${data.verdict}`);
  }

  function receive(reply, mine) {
    if (reply.kind === "snapshot") return paint(reply);
    status.say(reply.status);
    if (mine && asked) inputs[asked]?.refuse();
  }

  return openView(model, el, root, link, paint);
}

export default { render };
