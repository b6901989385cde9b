/* Autoevaluación: una pregunta, sus cuatro respuestas y el porqué de cada una. Con el ratón, con flechas e Intro, o con a, b, c y d. */

const SYMBOLS = { first: "✓", later: "↺", missed: "✗", untouched: "" };
const VERDICTS = { right: "✓ correcta", wrong: "✗ no es" };
const LETTERS = ["a", "b", "c", "d"];

/* Texto con `código` entre acentos graves, como nodos. */
function fillText(node, text) {
  node.replaceChildren(...glue(text).split("`").map((part, i) => (i % 2 ? h("code", {}, part) : part)));
}

function createOption(letter, onchoose) {
  const answer = h("span", { class: "c-answer" });
  const mark = h("span", { class: "c-verdict-mark" });
  const why = h("p", { class: "c-why", id: newId("porque") });
  const choice = h(
    "button",
    { type: "button", class: "c-option", "data-letter": letter, tabindex: letter === "a" ? "0" : "-1", "aria-describedby": why.id, onclick: () => onchoose(letter), ...OWN_KEYS },
    h("span", { class: "c-letter" }, `${letter})`), answer, mark,
  );
  return {
    node: h("li", {}, choice, why),
    set(option) {
      fillText(answer, option.text);
      setText(mark, VERDICTS[option.state] ?? "");
      choice.dataset.state = option.state;
      fillText(why, option.why);
      why.hidden = !option.why;
    },
  };
}

/* Las preguntas como una fila de botones con su número y, si se han contestado, cómo fue. */
function createPlaces(ongo) {
  const node = h("div", { class: "c-places", role: "toolbar", "aria-label": "Todas las preguntas" });
  let made = [];
  roving(node, ".c-place", ["ArrowLeft", "ArrowUp"], ["ArrowRight", "ArrowDown"]);

  function create(place) {
    const symbol = h("small", { "aria-hidden": "true" });
    const one = h("button", { type: "button", class: "c-place", tabindex: "-1", onclick: () => ongo(place.number), ...OWN_KEYS }, String(place.number), symbol);
    return { one, symbol };
  }

  return {
    node,
    set(places, current) {
      if (made.length !== places.length) {
        made = places.map(create);
        node.replaceChildren(...made.map(({ one }) => one));
      }
      places.forEach((place, i) => {
        const { one, symbol } = made[i];
        const here = place.number === current;
        setText(symbol, SYMBOLS[place.state]);
        one.dataset.state = place.state;
        one.setAttribute("aria-label", place.label);
        one.setAttribute("title", place.label);
        one.setAttribute("aria-current", here ? "true" : "false");
        if (!node.contains(document.activeElement)) one.setAttribute("tabindex", here ? "0" : "-1");
      });
    },
  };
}

function render({ model, el }) {
  const status = createStatus();
  const root = h("section", { class: "curso c-selftest", "aria-label": "Autoevaluación", onkeydown: press });
  const link = createLink(model, root, receive, status.busy);
  const places = createPlaces(go);
  const where = h("p", { class: "c-where" });
  const ask = h("p", { class: "c-ask", id: newId("pregunta"), role: "heading", "aria-level": "4" });
  const options = LETTERS.map((letter) => createOption(letter, choose));
  const list = h("ul", { class: "c-options", role: "group", "aria-labelledby": ask.id }, options.map((option) => option.node));
  const hint = h("p", { class: "c-clue" });
  const verdict = h("p", { class: "c-score" });
  const before = button("← Anterior", () => go(shown - 1));
  const after = button("Siguiente →", () => go(shown + 1), { class: "c-button c-primary" });
  const clue = button("Pista", () => link.send("hint", { kind: "hint" }));
  const restart = button("Empezar de nuevo", () => link.send("reset", { kind: "reset" }));
  let shown = 1;
  let total = 1;
  roving(list, ".c-option", ["ArrowUp"], ["ArrowDown"]);
  root.append(
    heading("¿Qué te llevas del curso?", "Responde con el ratón o pulsando a, b, c o d. Puedes probar otra vez: cada respuesta se explica."),
    places.node, where, ask, list, hint, h("div", { class: "c-toolbar" }, before, after, clue, restart), verdict, ...status.nodes,
  );

  function go(number) {
    if (number >= 1 && number <= total) link.send("go", { kind: "go", number });
  }

  function choose(letter) {
    link.send("choose", { kind: "choose", letter });
  }

  function press(event) {
    const letter = LETTERS.find((one, i) => event.key.toLowerCase() === one || event.key === String(i + 1));
    if (!letter || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    event.stopPropagation();
    choose(letter);
  }

  function paint(view) {
    shown = view.number;
    total = view.total;
    places.set(view.places, view.number);
    setText(where, view.where);
    fillText(ask, view.ask);
    view.options.forEach((option, i) => options[i].set(option));
    fillText(hint, view.hint ? `Pista: ${view.hint}` : "");
    hint.hidden = !view.hint;
    before.setAttribute("aria-disabled", String(shown === 1));
    after.setAttribute("aria-disabled", String(shown === total));
    setText(verdict, glue(view.verdict));
    status.say(view.status);
  }

  function receive(reply) {
    if (reply.kind === "status") return status.say(reply.status);
    paint(reply);
    if (reply.announce) status.announce(reply.announce.replaceAll("`", ""));
  }

  return openView(model, el, root, link, paint);
}

export default { render };
