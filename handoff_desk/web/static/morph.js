// Makes a part of an open page equal to what the server says, except for what a person did there.
"use strict";

/**
 * Give a part new content. What a person typed, opened, chose and focused in it stays; all else,
 * also hidden inputs, follows. Elements are told apart by their ids.
 */
function morph(part, html) {
  const chosen = new Map();
  Idiomorph.morph(part, html, {
    morphStyle: "innerHTML",
    callbacks: {
      beforeAttributeUpdated: (name, element) => !isTouched(element, name),
      // Options may move or come before the chosen one: the choice is kept by its value.
      beforeNodeMorphed(old) {
        if (old.nodeName === "SELECT" && isChosen(old)) chosen.set(old, old.value);
      },
      afterNodeMorphed(old) {
        if (chosen.has(old)) choose(old, chosen.get(old));
      },
    },
  });
}

/** Whether a person, not the server, said last what this attribute of the element stands for. */
function isTouched(element, attribute) {
  switch (attribute) {
    case "open": return element.nodeName === "DETAILS";
    case "checked": return element.checked !== element.defaultChecked;
    // Of a hidden input both are always the same.
    case "value": return "defaultValue" in element && element.value !== element.defaultValue;
    default: return false;
  }
}

/** Whether another option is selected than the one the server meant. */
function isChosen(select) {
  const meant = select.querySelector("option[selected]")?.index ?? 0;
  return select.selectedIndex !== meant;
}

function choose(select, value) {
  if ([...select.options].some((one) => one.value === value)) select.value = value;
}
