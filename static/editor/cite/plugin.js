/* Cited figures in the editor: each is one piece, chosen and changed in a dialog, by keyboard alone.
   The server says which figures there are, what they are worth and how that may be written. */
(function () {
  "use strict";

  var CKEDITOR = window.CKEDITOR;
  var DATA = { figure: "data-figure", period: "data-period", region: "data-region", group: "data-group",
    value: "data-value", qualifier: "data-qualifier", asOf: "data-as-of", historical: "data-historical" };

  var ANY = "*"; // whatever qualifier fits
  var DAY = /^(\d{4}-\d{2}-\d{2})?$/;

  function words(editor) { return editor.config.cite.words; }

  /* Asks the server; answers that come too late are passed by. */
  function Asker(editor) {
    var turn = 0;
    var timer = 0;
    function ask(query, wait, done) {
      turn += 1;
      var mine = turn;
      window.clearTimeout(timer);
      timer = window.setTimeout(function () {
        window.fetch(editor.config.cite.door + "?" + new window.URLSearchParams(query), {
          credentials: "same-origin", headers: { Accept: "application/json" }
        }).then(function (response) {
          return response.json().catch(function () { return {}; }).then(function (answer) {
            return response.ok ? answer : { error: answer.error || words(editor).failed };
          });
        }).catch(function () { return { error: words(editor).failed }; }).then(function (answer) {
          if (mine === turn) { done(answer); }
        });
      }, wait);
    }

    ask.stop = function () {
      turn += 1;
      window.clearTimeout(timer);
    };
    return ask;
  }

  function fill(field, rows, kept) {
    field.clear();
    rows.forEach(function (row) { field.add(row[1], row[0]); });
    var known = rows.some(function (row) { return row[0] === kept; });
    field.setValue(known ? kept : (rows.length ? rows[0][0] : ""), true);
  }

  function define(editor) {
    var say = words(editor);
    var search = Asker(editor);
    var look = Asker(editor);
    var any = [[ANY, say.anyQualifier]];
    var state = { was: {}, wordings: [] };

    function field(dialog, name) { return dialog.getContentElement("cite", name); }
    function value(dialog, name) { return field(dialog, name).getValue() || ""; }

    function tell(dialog, text) {
      dialog.getElement().findOne(".cite-preview").setText(text || "");
    }

    function show(dialog, name, isShown) {
      var element = field(dialog, name).getElement();
      if (isShown) { element.show(); } else { element.hide(); }
    }

    function period(dialog) {
      var first = value(dialog, "first").trim();
      var last = value(dialog, "last").trim();
      return first || last ? first + "/" + last : "";
    }

    /* The number as it stands in the text: one that is marked as historical may stay what it was. */
    function standing(dialog) {
      var was = state.was;
      var answer = state.answer;
      var same = was.figure && value(dialog, "historical") && answer && !answer.error && was.figure === answer.figure &&
        (was.period || "") === answer.period && (was.region || "") === answer.region && (was.group || "") === answer.group;
      var known = state.wordings.some(function (one) { return one.text === was.text; });
      return same && !known ? [{ text: was.text, value: was.value, qualifier: was.qualifier, asOf: was.asOf || "" }] : [];
    }

    function offered(dialog) { return (state.wordings || []).concat(standing(dialog)); }

    function list(dialog, kept) {
      var texts = offered(dialog).map(function (one) { return [one.text, one.text]; });
      fill(field(dialog, "wording"), texts, kept);
      return texts.length;
    }

    function chosenWording(dialog) {
      var text = value(dialog, "wording");
      return offered(dialog).filter(function (one) { return one.text === text; })[0];
    }

    function worth(dialog) {
      if (!state.answer) { return; }
      var answer = state.answer;
      tell(dialog, answer.error || say.value.replace("{value}", answer.value_text).replace("{day}", answer.as_of));
    }

    function described(dialog, answer) {
      state.answer = answer;
      state.wordings = answer.wordings || [];
      if (!answer.error) {
        var all = [["", say.everything]];
        fill(field(dialog, "group"), all.concat(answer.groups), state.wanted.group || value(dialog, "group"));
        fill(field(dialog, "region"), all.concat(answer.regions), state.wanted.region || value(dialog, "region"));
        show(dialog, "first", answer.accepts.indexOf("period") >= 0);
        show(dialog, "last", answer.accepts.indexOf("period") >= 0);
        show(dialog, "group", answer.groups.length > 0);
        show(dialog, "region", answer.regions.length > 0);
        fill(field(dialog, "qualifier"), any.concat(answer.qualifiers), value(dialog, "qualifier"));
      }
      var count = list(dialog, state.wanted.text || value(dialog, "wording"));
      state.wanted = {};
      worth(dialog);
      if (!answer.error && !count) { tell(dialog, say.noWording); }
    }

    function describe(dialog, wait) {
      var name = value(dialog, "figure");
      state.answer = null;
      state.wordings = [];
      if (!name) { return; }
      if (!DAY.test(value(dialog, "first").trim()) || !DAY.test(value(dialog, "last").trim())) {
        look.stop();
        state.answer = { error: say.day };
        tell(dialog, say.day);
        return;
      }
      if (name !== state.name) {
        if (!state.wanted.group) { field(dialog, "group").setValue("", true); }
        if (!state.wanted.region) { field(dialog, "region").setValue("", true); }
      }
      state.name = name;
      var query = { figure: name, period: period(dialog),
        group: state.wanted.group || value(dialog, "group"), region: state.wanted.region || value(dialog, "region") };
      if (value(dialog, "qualifier") !== ANY) { query.qualifier = value(dialog, "qualifier"); }
      tell(dialog, say.loading);
      look(query, wait, function (answer) { described(dialog, answer); });
    }

    function find(dialog, wait) {
      search({ q: value(dialog, "q") }, wait, function (answer) {
        var rows = (answer.figures || []).map(function (one) { return [one.name, one.label]; });
        var kept = state.wanted.figure || value(dialog, "figure");
        if (kept && state.wanted.figure && !rows.some(function (row) { return row[0] === kept; })) {
          rows.unshift([kept, kept]);
        }
        fill(field(dialog, "figure"), rows, kept);
        if (answer.error || !rows.length) {
          state.answer = null;
          state.wordings = [];
          fill(field(dialog, "wording"), [], "");
          tell(dialog, answer.error || say.noFigure);
        } else { describe(dialog, 0); }
      });
    }

    function again() { describe(this.getDialog(), 0); }

    function begin(dialog, data) {
      var ends = (data.period || "/").split("/");
      dialog.getElement().addClass("cite-dialog");
      state = { name: data.figure, was: data, wordings: [],
        wanted: { figure: data.figure, group: data.group, region: data.region, text: data.text } };
      field(dialog, "q").setValue("", true);
      field(dialog, "first").setValue(ends[0] || "", true);
      field(dialog, "last").setValue(ends[1] || "", true);
      field(dialog, "historical").setValue(data.historical === "1", true);
      ["figure", "group", "region", "wording"].forEach(function (name) {
        fill(field(dialog, name), [], "");
      });
      fill(field(dialog, "qualifier"), any, ANY);
      find(dialog, 0);
    }

    /* Something to insert, or the reason why there is nothing yet. */
    function isReady(dialog) {
      var failed = state.answer && state.answer.error;
      if (state.answer && !failed && chosenWording(dialog)) { return true; }
      if (!failed) { tell(dialog, state.answer ? say.noWording : say.choose); }
      return false;
    }

    function commit(dialog, widget) {
      var wording = chosenWording(dialog);
      state.widget = widget;
      widget.setData({
        figure: state.answer.figure, period: state.answer.period, region: state.answer.region,
        group: state.answer.group, value: wording.value, qualifier: wording.qualifier,
        asOf: wording.asOf === undefined ? state.answer.as_of : wording.asOf, historical: value(dialog, "historical") ? "1" : "", text: wording.text
      });
    }

    function typed(action) {
      return function () {
        var dialog = this.getDialog();
        this.getInputElement().on("input", function () { action(dialog, 250); });
      };
    }

    /* Enter in a text field looks up; it does not yet insert. */
    function held(action) {
      return function (event) {
        if (event.data.getKeystroke() === 13) {
          event.data.preventDefault();
          event.data.stopPropagation();
          action(this.getDialog(), 0);
        }
      };
    }

    function still(event) {
      if (event.data.getKeystroke() === 13) { event.stop(); }
    }

    return {
      title: say.title,
      minWidth: Math.min(460, window.innerWidth - 60),
      minHeight: 300,
      resizable: CKEDITOR.DIALOG_RESIZE_NONE,
      contents: [{
        id: "cite",
        label: say.title,
        elements: [
          { type: "text", id: "q", label: say.search, onLoad: typed(find), onKeyDown: held(find), onKeyUp: still },
          { type: "select", id: "figure", label: say.figure, items: [], size: 5, className: "cite-figures",
            onChange: again },
          { type: "hbox", widths: ["50%", "50%"], children: [
            { type: "text", id: "first", label: say.first, onLoad: typed(describe),
              onKeyDown: held(describe), onKeyUp: still },
            { type: "text", id: "last", label: say.last, onLoad: typed(describe),
              onKeyDown: held(describe), onKeyUp: still }
          ] },
          { type: "hbox", widths: ["50%", "50%"], children: [
            { type: "select", id: "group", label: say.group, items: [], onChange: again },
            { type: "select", id: "region", label: say.region, items: [], onChange: again }
          ] },
          { type: "hbox", widths: ["50%", "50%"], children: [
            { type: "select", id: "qualifier", label: say.qualifier, items: [], onChange: again },
            { type: "select", id: "wording", label: say.wording, items: [],
              onChange: function () { worth(this.getDialog()); },
              setup: function (widget) { begin(this.getDialog(), widget.data.figure ? widget.data : {}); },
              validate: function () { return isReady(this.getDialog()); },
              commit: function (widget) { commit(this.getDialog(), widget); } }
          ] },
          { type: "checkbox", id: "historical", label: say.historical,
            onChange: function () {
              var dialog = this.getDialog();
              list(dialog, this.getValue() ? state.was.text : value(dialog, "wording"));
            } },
          { type: "html", id: "preview", html: '<p class="cite-preview" role="status"></p>' }
        ]
      }],
      /* Whoever inserts goes on writing behind the number. */
      onHide: function () {
        var done = state.widget;
        window.setTimeout(function () {
          if (!done || !done.wrapper || !editor.editable() || !editor.editable().contains(done.wrapper)) { return; }
          var range = editor.createRange();
          range.setStartAfter(done.wrapper);
          range.collapse(true);
          editor.focus();
          range.select();
        }, 50);
      }
    };
  }

  CKEDITOR.plugins.add("cite", {
    requires: "widget,dialog",
    init: function (editor) {
      if (!editor.config.cite) { return; }
      CKEDITOR.dialog.add("cite-" + editor.name, define);
      editor.widgets.add("cite", {
        inline: true,
        draggable: false,
        dialog: "cite-" + editor.name,
        template: '<span class="cite"></span>',
        allowedContent: "span(!cite)[" + Object.keys(DATA).map(function (name) { return DATA[name]; }).join(",") + "]",
        requiredContent: "span(cite)",
        upcast: function (element) {
          return element.name === "span" && element.hasClass("cite") && Boolean(element.attributes["data-figure"]);
        },
        init: function () {
          var data = { text: this.element.getText() };
          Object.keys(DATA).forEach(function (name) { data[name] = this.element.getAttribute(DATA[name]) || ""; }, this);
          this.setData(data);
        },
        data: function () {
          Object.keys(DATA).forEach(function (name) {
            if (this.data[name]) { this.element.setAttribute(DATA[name], this.data[name]); }
            else { this.element.removeAttribute(DATA[name]); }
          }, this);
          if (this.data.text !== this.element.getText()) { this.element.setText(this.data.text); }
        }
      });
      // The editor notes the caret a moment after the last key; who types fast is quicker than that.
      editor.on("beforeCommandExec", function (event) {
        if (event.data.name === "cite" && editor.focusManager.hasFocus) { editor.selectionChange(true); }
      });
      editor.ui.addButton("Cite", { label: words(editor).button, command: "cite", toolbar: "insert" });
      editor.setKeystroke(CKEDITOR.CTRL + CKEDITOR.ALT + 89 /* Y */, "cite");
    }
  });
}());
