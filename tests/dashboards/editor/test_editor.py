"""The editor in a real browser: what is offered and told, what keys and clicks do, and that it stays a text field."""

from __future__ import annotations

import re
from io import BytesIO

import pytest
from PIL import Image, ImageChops
from playwright.sync_api import Page, expect

from tests.dashboards.editor.conftest import Desk

pytestmark = pytest.mark.browser

EQ = "name,ipc.server.call,:eq"
POPUP = ".v-ed-popup:visible"


def field(page: Page, attribute: str) -> str | None:
    return page.get_attribute("#q0", attribute)


class TestWriting:
    def test_an_expression_is_written_by_keys_alone(self, desk: Desk) -> None:
        page = desk.begin()
        page.keyboard.press("Control+Space")
        expect(page.locator(".v-ed-popup:visible .v-ed-label").nth(1)).to_have_text("ipc.server.call")
        assert field(page, "role") == "combobox"
        assert field(page, "aria-expanded") == "true"
        chosen = page.locator(f"#{field(page, 'aria-activedescendant')}")
        expect(chosen).to_contain_text("ipc.client.call")
        page.keyboard.press("ArrowDown")
        expect(page.locator(f"#{field(page, 'aria-activedescendant')}")).to_contain_text("ipc.server.call")
        page.keyboard.press("Enter")
        assert desk.text == f"{EQ},"
        page.keyboard.type("ap")
        expect(page.locator(POPUP)).to_contain_text("key")
        page.wait_for_function("document.querySelector('.v-ed-label')?.textContent === 'app'")
        page.keyboard.press("Tab")
        assert desk.text == f"{EQ},app,"
        page.wait_for_function("document.querySelector('.v-ed-label')?.textContent === 'catalog'")
        assert desk.options[:4] == ["catalog", "edge", "playback", "profiles"]
        page.keyboard.type("pla")
        page.wait_for_function("document.querySelectorAll('.v-ed-label').length === 1")
        page.keyboard.press("Enter")
        assert desk.text == f"{EQ},app,playback,"
        page.keyboard.type(":e")
        page.wait_for_function("document.querySelector('.v-ed-label')?.textContent === ':eq'")
        page.keyboard.press("Enter")
        page.keyboard.type(",and")
        page.wait_for_function("document.querySelector('.v-ed-label')?.textContent === ':and'")
        page.keyboard.press("Enter")
        assert desk.text == f"{EQ},app,playback,:eq,:and"
        expect(page.locator(POPUP)).to_have_count(0)
        assert field(page, "role") is None
        expect(page.locator("#seen0")).to_have_text(desk.text)
        assert page.evaluate("document.activeElement.id") == "q0"

    def test_undo_takes_back_what_was_taken(self, desk: Desk) -> None:
        page = desk.begin(EQ)
        page.keyboard.type(",:su")
        page.wait_for_function("document.querySelector('.v-ed-label')?.textContent === ':sum'")
        page.keyboard.press("Enter")
        assert desk.text == f"{EQ},:sum"
        page.keyboard.press("Control+z")
        assert desk.text == f"{EQ},:su"
        page.keyboard.press("Control+Shift+z")
        assert desk.text == f"{EQ},:sum"
        expect(page.locator("#seen0")).to_have_text(f"{EQ},:sum")

    def test_values_are_those_of_the_query_so_far(self, desk: Desk) -> None:
        page = desk.begin("name,jvm.gc.pause,:eq,app,")
        page.keyboard.press("Control+Space")
        expect(page.locator(POPUP)).to_contain_text("catalog")
        assert "edge" not in desk.options
        assert any("/api/v1/tags/app?q=name,jvm.gc.pause,:eq" in asked for asked in desk.upstream.asked)

    def test_a_value_with_a_comma_is_written_so_that_it_is_one(self, desk: Desk) -> None:
        page = desk.begin(f"{EQ},status,")
        page.keyboard.press("Control+Space")
        page.get_by_role("option", name="a, b").click()
        assert desk.text == f"{EQ},status,a\\u002c b,"

    def test_keys_are_offered_in_the_list_of_a_grouping(self, desk: Desk) -> None:
        page = desk.begin(f"{EQ},:sum,(,")
        page.keyboard.press("Control+Space")
        expect(page.locator(POPUP)).to_contain_text("region")
        assert desk.options == ["app", "name", "region", "status"]
        page.keyboard.type("re")
        page.wait_for_function("document.querySelectorAll('.v-ed-label').length === 1")
        page.keyboard.press("Enter")
        assert desk.text == f"{EQ},:sum,(,region"

    def test_a_word_in_the_middle_is_replaced_whole(self, desk: Desk) -> None:
        text = f"{EQ},:su,(,app,),:by"
        page = desk.begin(text, caret=text.index(":su") + 2)
        page.keyboard.press("Control+Space")
        page.get_by_role("option", name=":stddev").click()
        assert desk.text == f"{EQ},:stddev,(,app,),:by"

    def test_escape_closes_and_tab_then_leaves(self, desk: Desk) -> None:
        page = desk.begin(f"{EQ}")
        page.keyboard.type(",:")
        expect(page.locator(POPUP)).to_be_visible()
        page.keyboard.press("Escape")
        expect(page.locator(POPUP)).to_have_count(0)
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.id") != "q0"
        assert desk.text == f"{EQ},:"

    def test_a_list_that_nobody_asked_for_takes_no_key(self, desk: Desk) -> None:
        page = desk.begin(EQ)
        page.keyboard.type(",")
        expect(page.locator(POPUP)).to_be_visible()
        assert field(page, "aria-activedescendant") is None
        page.keyboard.press("Enter")
        assert desk.text == f"{EQ},\n"

    def test_pasting_and_an_input_method_open_nothing(self, desk: Desk) -> None:
        page = desk.begin(EQ)
        session = page.context.new_cdp_session(page)
        session.send("Input.imeSetComposition", {"text": ",さ", "selectionStart": 2, "selectionEnd": 2})
        page.keyboard.press("ArrowDown")
        assert desk.text == f"{EQ},さ"
        expect(page.locator(POPUP)).to_have_count(0)
        session.send("Input.insertText", {"text": ",さ"})
        page.evaluate("navigator.clipboard === undefined")
        page.keyboard.press("Escape")
        page.evaluate(
            """() => {
              const data = new DataTransfer();
              data.setData("text/plain", ",:sum");
              document.getElementById("q0").dispatchEvent(new InputEvent("input",
                { inputType: "insertFromPaste", bubbles: true, dataTransfer: data }));
            }"""
        )
        expect(page.locator(POPUP)).to_have_count(0)


class TestTelling:
    def test_a_wrong_word_is_underlined_and_told_once_it_is_left(self, desk: Desk) -> None:
        page = desk.begin(EQ)
        page.keyboard.type(",:summ")
        message = page.locator(".v-ed-message").first
        expect(message).to_be_empty()
        page.keyboard.press("Escape")
        page.keyboard.type(",")
        expect(message).to_contain_text("unknown word ':summ'")
        expect(page.locator(".v-ed-bad").first).to_have_text(":summ")
        assert field(page, "aria-invalid") == "true"
        assert field(page, "aria-errormessage") == message.get_attribute("id")
        assert (message.get_attribute("role"), message.get_attribute("aria-live")) == ("status", "polite")
        message.get_by_role("button", name=":sum", exact=True).click()
        assert desk.text == f"{EQ},:sum,"
        expect(message).to_be_empty()
        assert field(page, "aria-invalid") is None

    def test_a_word_that_is_being_chosen_is_not_called_wrong(self, desk: Desk) -> None:
        page = desk.begin(EQ)
        page.keyboard.type(",:su")
        expect(page.locator(POPUP)).to_contain_text(":sum")
        page.wait_for_timeout(900)
        expect(page.locator(".v-ed-message").first).to_be_empty()
        page.keyboard.press("Escape")
        expect(page.locator(".v-ed-message").first).to_contain_text("unknown word ':su'")

    def test_a_word_that_is_whole_is_not_replaced_by_another(self, desk: Desk) -> None:
        page = desk.begin(EQ)
        page.keyboard.type(",:sum")
        expect(page.locator(POPUP)).to_contain_text(":cf-sum")
        assert ":sum" not in desk.options
        assert field(page, "aria-activedescendant") is None
        page.keyboard.press("Tab")
        assert desk.text == f"{EQ},:sum"

    def test_it_is_told_after_a_pause_too(self, desk: Desk) -> None:
        page = desk.begin(EQ)
        page.keyboard.type(",:topk")
        page.keyboard.press("Escape")
        expect(page.locator(".v-ed-message").first).to_contain_text("no matches for word ':topk' with stack [Equal]")

    def test_words_have_the_colour_of_their_vocabulary(self, desk: Desk) -> None:
        page = desk.begin(f"{EQ},:sum,(,:sum,),:by,/* why */2,:mul,a,:legend")
        painted = page.locator(".v-editor-paint").first.evaluate(
            "(paint) => [...paint.querySelectorAll('span')].map((one) => [one.textContent, one.classList[0]])"
        )
        found = dict(painted)
        assert found[":eq"] == "v-ed-query"
        assert found[":by"] == "v-ed-data"
        assert found[":mul"] == "v-ed-math"
        assert found[":legend"] == "v-ed-style"
        assert found["/* why */"] == "v-ed-comment"
        assert [name for text, name in painted if text == ":sum"] == ["v-ed-data", "v-ed-word"]

    def test_the_colours_lie_where_the_letters_are(self, desk: Desk) -> None:
        """The field's own letters and the painted ones give the same picture, also where lines are broken."""
        text = (
            f"{EQ},app,playback,:eq,:and,:sum,/* a comment of some length */(,region,app,),:by,😀é,:legend,max,5,:topk"
        )
        page = desk.begin(f"{text},\n{text} {text}", fresh=True)
        page.keyboard.press("Escape")
        page.evaluate("document.activeElement.blur()")
        page.add_style_tag(
            content="""
            body[data-look] .v-editor-paint * { color: var(--v-text) !important; text-decoration: none !important; }
            body[data-look] .v-editor-field * { transition: none !important; }
            body[data-look=field] :is(.v-editor-paint, .v-editor-paint *) { color: transparent !important; }
            body[data-look=field] .v-editor[data-on] textarea { color: var(--v-text) !important; }"""
        )
        for width in (1200, 700, 390):
            page.set_viewport_size({"width": width, "height": 800})
            shots = []
            for look in ("paint", "field"):
                page.evaluate("look => { document.body.dataset.look = look }", look)
                shot = page.locator(".v-editor-field").first.screenshot()
                shots.append(Image.open(BytesIO(shot)).convert("L"))
            page.evaluate("delete document.body.dataset.look")
            # A letter may be smoothed otherwise; one that stood elsewhere would differ by nearly black from white.
            assert max(ImageChops.difference(*shots).tobytes()) < 128, width
        page.set_viewport_size({"width": 1200, "height": 800})

    def test_help_for_the_word_under_the_caret_and_under_the_pointer(self, desk: Desk) -> None:
        text = f"{EQ},:sum,(,app,),:by"
        page = desk.begin(text)
        line = page.locator(".v-ed-help").first
        expect(line).to_contain_text(":by")
        expect(line).to_contain_text("af:AggregateFunction keys:StringList -- DataExpr")
        assert line.get_by_role("link").get_attribute("href") == "/words?q=by"
        box = page.locator(".v-editor-paint span", has_text=":sum").first.bounding_box()
        assert box is not None
        page.mouse.move(box["x"] + 8, box["y"] + 8)
        hover = page.locator(".v-ed-hover:visible")
        expect(hover).to_contain_text("q:Query -- DataExpr")
        expect(hover).to_contain_text("For example")
        assert hover.get_by_role("link").get_attribute("href") == "/words?q=sum"
        inside = hover.bounding_box()
        assert inside is not None
        page.mouse.move(inside["x"] + 10, inside["y"] + 20)
        page.wait_for_timeout(400)
        expect(hover).to_be_visible()
        page.keyboard.press("Escape")
        expect(hover).to_have_count(0)


class TestStack:
    TEXT = f"{EQ},:sum,(,app,),:by"

    def test_it_follows_the_caret(self, desk: Desk) -> None:
        page = desk.begin(self.TEXT)
        expect(page.locator("[aria-current=step]")).to_contain_text(":by")
        expect(page.locator("[aria-current=step]")).to_be_in_viewport()
        assert desk.stack == [f"+GroupBy {self.TEXT}"]
        for _ in range(4):
            page.keyboard.press("ArrowLeft")
        expect(page.locator("[aria-current=step]")).to_contain_text("(,app,)")
        assert desk.stack == ["+List List(app)", f"Sum {EQ},:sum"]
        page.keyboard.press("Control+Home")
        expect(page.locator("[aria-current=step]")).to_contain_text("start")
        assert desk.stack == []

    def test_a_click_on_a_step_moves_the_caret(self, desk: Desk) -> None:
        page = desk.begin(self.TEXT)
        page.locator(".v-ed-steps button", has_text=":sum").click()
        assert page.evaluate("document.activeElement.selectionEnd") == self.TEXT.index(":sum") + 4
        assert desk.stack == [f"+Sum {EQ},:sum"]

    def test_arrows_go_from_step_to_step(self, desk: Desk) -> None:
        page = desk.begin(self.TEXT)
        page.locator("[aria-current=step]").focus()
        page.keyboard.press("ArrowUp")
        page.keyboard.press("ArrowUp")
        expect(page.locator("[aria-current=step]")).to_contain_text(":sum")
        assert page.evaluate("document.activeElement.textContent").startswith(":sum")
        page.keyboard.press("Home")
        expect(page.locator("[aria-current=step]")).to_contain_text("start")

    def test_it_stops_where_the_program_stops(self, desk: Desk) -> None:
        page = desk.begin(f"{EQ},:summ,x")
        steps = page.locator(".v-ed-steps").first
        expect(steps.locator("li").last).to_have_text(re.compile(":summ.*stops here"))
        assert desk.stack == [f"+Equal {EQ}"]

    def test_it_is_opened_and_closed_and_stays_so(self, desk: Desk) -> None:
        page = desk.begin(self.TEXT)
        button = page.get_by_role("button", name="Stack", exact=True).first
        assert button.get_attribute("aria-expanded") == "true"
        button.press("Enter")
        expect(page.locator(".v-ed-panel").first).to_be_hidden()
        page.reload()
        page.wait_for_selector(".v-editor[data-on]")
        expect(page.locator(".v-ed-panel").first).to_be_hidden()
        page.get_by_role("button", name="Stack", exact=True).first.click()
        expect(page.locator(".v-ed-panel").first).to_be_visible()


class TestNormalForm:
    def test_it_is_written_and_can_be_undone(self, desk: Desk) -> None:
        text = "app,playback,:eq,/* which */name,a,:eq,:and"
        page = desk.begin(text)
        page.get_by_role("button", name="Normalise").first.click()
        expect(page.locator("#seen0")).to_have_text("name,a,:eq,app,playback,:eq,:and,:sum")
        expect(page.locator(".v-ed-message").first).to_contain_text("Comments are left out")
        page.focus("#q0")
        page.keyboard.press("Control+z")
        assert desk.text == text

    def test_what_is_wrong_is_told(self, desk: Desk) -> None:
        page = desk.begin(f"{EQ},:summ")
        page.get_by_role("button", name="Normalise").first.click()
        expect(page.locator(".v-ed-message").first).to_contain_text("It cannot be normalised")
        assert desk.text == f"{EQ},:summ"


class TestTheField:
    def test_two_editors_do_not_know_each_other(self, desk: Desk) -> None:
        page = desk.begin(fresh=True)
        expect(page.locator(".v-editor-paint").nth(1)).to_contain_text(EQ)
        page.focus("#q1")
        page.keyboard.press("Control+End")
        page.keyboard.type(",:ma")
        expect(page.locator(POPUP)).to_have_count(1)
        page.wait_for_function("document.querySelector('#q1').getAttribute('aria-activedescendant')")
        page.keyboard.press("Enter")
        assert page.input_value("#q1") == f"{EQ},:max"
        assert desk.text == ""
        assert field(page, "role") is None
        ids = page.evaluate("[...document.querySelectorAll('[id]')].map((one) => one.id)")
        assert len(ids) == len(set(ids))

    def test_a_text_that_a_callback_writes_is_painted(self, desk: Desk) -> None:
        page = desk.begin(EQ)
        page.click("#set0")
        expect(page.locator(".v-editor-paint").first).to_contain_text("a,b,:eq")
        assert desk.text == "a,b,:eq"

    def test_without_the_script_it_is_a_text_field(self, desk: Desk) -> None:
        page = desk.browser.new_page()
        page.route("**/feed/editor/modules/**", lambda route: route.abort())
        page.goto(desk.light)
        page.fill("#q0", EQ)
        expect(page.locator("#seen0")).to_have_text(EQ)
        assert page.locator("#q0").evaluate("(one) => getComputedStyle(one).color") != "rgba(0, 0, 0, 0)"
        page.close()

    def test_an_api_that_is_away_leaves_a_field_that_says_so(self, desk: Desk) -> None:
        page = desk.browser.new_page()
        page.route("**/feed/editor/inspect*", lambda route: route.fulfill(status=503, json={"message": "it is away"}))
        page.goto(desk.light)
        page.wait_for_selector(".v-editor[data-on]")
        page.fill("#q0", EQ)
        expect(page.locator(".v-ed-stack").first).to_contain_text("it is away")
        expect(page.locator("#seen0")).to_have_text(EQ)
        page.close()

    def test_a_text_that_is_too_long_to_explain_is_still_written_and_coloured(self, desk: Desk) -> None:
        page = desk.begin(",".join([EQ] * 700))
        expect(page.locator(".v-ed-message").first).to_contain_text("More than 16384 characters are not explained")
        assert len(desk.text) > 16_384
        expect(page.locator(".v-editor-paint .v-ed-query").first).to_have_text(":eq")
        page = desk.begin(",".join(["a"] * 600))
        expect(page.locator(".v-ed-message").first).to_contain_text("600 tokens; 512 at most are shown step by step")

    @pytest.mark.parametrize("scheme", ["light", "dark"])
    def test_it_is_usable_on_a_narrow_screen(self, desk: Desk, scheme: str) -> None:
        page = desk.browser.new_page(viewport={"width": 390, "height": 844})
        desk.watch(page)
        page.goto(desk.light if scheme == "light" else desk.dark)
        page.wait_for_selector(".v-editor[data-on]")
        page.focus("#q0")
        page.keyboard.type(f"{EQ},:s")
        expect(page.locator(POPUP)).to_be_visible()
        box = page.locator(POPUP).bounding_box()
        assert box is not None
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 390
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        page.get_by_role("option", name=":sum", exact=False).first.click()
        page.get_by_role("button", name="Stack", exact=True).first.click()
        expect(page.locator(".v-ed-panel").first).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        page.close()
