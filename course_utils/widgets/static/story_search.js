/* Buscador de historias. Al pasar por una historia se marca en las dos listas: eso no pregunta nada al kernel. */

const QUERY_MS = 250;

function createResults(column, onlook) {
  const list = h("ul", { class: "c-results", "aria-label": `${column.title}. Flechas para recorrer las historias.` });
  const none = h("p", { class: "c-rest" }, "Ninguna.");
  const node = h("div", { class: "c-column" },
    h("p", { class: "c-subtitle", role: "heading", "aria-level": "4" }, column.title), h("p", { class: "c-rest" }, column.hint), list, none);
  let rows = [];

  function result(data) {
    const look = () => onlook(data);
    const bar = h("span", { class: "c-bar c-model" });
    bar.style.setProperty("--p", data.score);
    const near = h("span", { class: "c-track", "aria-hidden": "true" }, bar, h("span", { class: "c-value" }, data.score_text));
    const one = h("button", { type: "button", class: "c-result", tabindex: "-1", "aria-label": data.spoken, onmouseenter: look, onfocus: look, onclick: look, ...OWN_KEYS },
      h("span", { class: "c-place", "aria-hidden": "true" }, String(data.place)), h("span", { class: "c-told" }, data.text), near);
    one.story = data.index;
    return one;
  }

  roving(list, ".c-result", ["ArrowUp", "ArrowLeft"], ["ArrowDown", "ArrowRight"]);
  return {
    node,
    fill(fresh) {
      const focused = rows.indexOf(document.activeElement);
      rows = fresh.rows.map(result);
      list.replaceChildren(...rows.map((one) => h("li", {}, one)));
      rows[0]?.setAttribute("tabindex", "0");
      none.hidden = rows.length > 0;
      if (focused >= 0) rows[Math.min(focused, rows.length - 1)]?.focus();
    },
    mark(story) {
      for (const one of rows) {
        one.classList.toggle("c-now", one.story === story);
        one.setAttribute("aria-current", String(one.story === story));
      }
    },
  };
}

function render({ model, el }) {
  const status = createStatus();
  const root = h("section", { class: "curso c-search", "aria-label": "Buscador de historias" });
  const link = createLink(model, root, receive, status.busy);
  const columns = h("div", { class: "c-columns" });
  const results = {};

  const query = createTyping("Consulta", 2, QUERY_MS, link.send);
  const summary = h("p", { class: "c-where" });
  const said = h("p", { class: "c-sentence" });
  const title = heading("Busca una historia", "Escribe lo que pasa, con tus palabras. Pasa por una historia y verás en qué puesto la pone cada uno.");
  root.append(title, query.node, summary, columns, said, ...status.nodes);

  function look(data) {
    for (const one of Object.values(results)) one.mark(data.index);
    setText(said, data.spoken);
  }

  function paint(data, forced) {
    query.take(data.query, forced);
    for (const column of data.columns) {
      if (!results[column.way]) {
        results[column.way] = createResults(column, look);
        columns.append(results[column.way].node);
      }
      results[column.way].fill(column);
    }
    columns.hidden = !data.query.trim();
    setText(summary, data.summary);
    const first = data.columns.flatMap((column) => column.rows)[0];
    if (first) look(first);
    else setText(said, "");
    status.say(data.status);
    status.announce(data.summary);
  }

  function receive(reply, mine) {
    if (reply.kind === "status") return status.say(reply.status);
    paint(reply, reply.force || !mine);
  }

  return openView(model, el, root, link, paint);
}

export default { render };
