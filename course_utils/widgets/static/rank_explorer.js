/* Explorador de rangos: un botón por sitio y una fila por rango; cada cambio se pregunta a Python y vuelve con las cuentas hechas. */

const LOOKS = ["c-model", "c-truth", "c-missing"];

function createRows(onchoose) {
  const node = h("div", { class: "c-rows", role: "toolbar", "aria-label": "Rango", "aria-orientation": "vertical" });

  function bar(data, look) {
    return h("span", { class: "c-one" }, h("span", { class: "c-bar-name" }, data.name),
      h("span", { class: "c-track" }, h("span", { class: `c-bar ${look}`, style: `--p: ${data.share}` }), h("span", { class: "c-value" }, glue(data.percent))));
  }

  function row(data) {
    return h("button", { type: "button", class: "c-rank", "data-rank": data.rank, "aria-label": data.spoken, "aria-pressed": String(data.chosen),
      tabindex: data.chosen ? "0" : "-1", onclick: () => onchoose(data.rank), onfocus: () => onchoose(data.rank), ...OWN_KEYS },
      h("span", { class: "c-name" }, `r = ${data.rank}`), h("span", { class: "c-amount" }, glue(`${data.count} (${data.share})`)),
      data.bars.map((one, at) => bar(one, LOOKS[at])));
  }

  roving(node, ".c-rank", ["ArrowUp", "ArrowLeft"], ["ArrowDown", "ArrowRight"]);
  return {
    node,
    fill(rows) {
      const inside = node.contains(document.activeElement);
      node.replaceChildren(...rows.map(row));
      if (inside) node.children[rows.findIndex((one) => one.chosen)]?.focus(); // al elegido, que al enfocarlo no pide nada
    },
    mark(rank) {
      for (const one of node.children) {
        const on = Number(one.dataset.rank) === rank;
        one.setAttribute("aria-pressed", String(on));
        if (!node.contains(document.activeElement)) one.setAttribute("tabindex", on ? "0" : "-1");
      }
    },
  };
}

function render({ model, el }) {
  const status = createStatus();
  const root = h("section", { class: "curso c-ranks", "aria-label": "Explorador de rangos" });
  const link = createLink(model, root, receive, status.busy);
  const places = {};
  let place = "";
  let asked = null;

  const choices = h("div", { class: "c-toolbar", role: "group", "aria-label": "Dónde se pone LoRA" });
  const where = h("p", { class: "c-where" });
  const rows = createRows(choose);
  const summary = h("p", { class: "c-summary" });
  const full = h("p", { class: "c-rest" });
  root.append(heading("¿Qué rango, y en qué matrices?", "Elige las matrices y recorre los rangos con el ratón o con las flechas."), choices, where,
    rows.node, summary, full, ...status.nodes);

  function choose(rank) {
    if (rank === asked) return;
    asked = rank;
    rows.mark(rank);
    link.send("rank", { kind: "choose", rank });
  }

  function paintPlaces(list) {
    for (const one of list) {
      if (!places[one.name]) {
        places[one.name] = button(one.name, () => link.send("place", { kind: "choose", place: one.name }), { title: one.hint, "data-place": one.name });
        choices.append(places[one.name]);
      }
      places[one.name].setAttribute("aria-pressed", String(one.chosen));
    }
  }

  function paint(data) {
    paintPlaces(data.places);
    setText(where, data.where);
    asked = data.rank;
    if (data.place !== place) rows.fill(data.rows);
    place = data.place;
    rows.mark(data.rank);
    setText(summary, glue(data.summary));
    setText(full, glue(data.full));
    status.say(data.status);
    status.announce(data.summary);
  }

  function receive(reply) {
    if (reply.kind === "status") return status.say(reply.status);
    paint(reply);
  }

  return openView(model, el, root, link, paint);
}

export default { render };
