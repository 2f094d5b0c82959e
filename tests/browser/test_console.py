"""People at work in a real browser, on a whole desk."""

from collections.abc import Callable

from playwright.sync_api import expect

from tests.browser.conftest import Window
from web.console.times import span

Windows = Callable[..., Window]


def test_an_incident_is_created_taken_answered_and_resolved_by_clicks(window: Windows) -> None:
    agent = window("agent2")
    number = agent.report("Orders are stuck", ci="mail-1")
    page = agent.page

    page.click("#actions button:has-text('Take it')")
    expect(page.locator(".states")).to_contain_text("Bruno Agent")
    page.fill("#message", "We are looking at it.")
    page.click(".composer .btn-primary")
    expect(page.locator(".timeline")).to_contain_text("We are looking at it.")
    expect(page.locator("#message")).to_have_value("")
    page.click("#action-resolve > summary")
    page.select_option("#a-resolve-code", "fixed")
    page.fill("#a-resolve-text", "Restarted the queue.")
    page.click("#action-resolve button")

    expect(page.locator(".states")).to_contain_text("Resolved")
    assert page.get_attribute("#ticket", "data-number") == number


def test_a_change_shows_in_another_window_within_moments(window: Windows) -> None:
    agent, watcher = window("agent2"), window("lead")
    number = agent.report("Mail is slow", ci="mail-1")
    watcher.page.goto("/q/open")
    row = watcher.page.locator(f"#row-{number}")
    expect(row).to_contain_text("Assigned")

    agent.page.click("#actions button:has-text('Take it')")

    expect(row).to_contain_text("Bruno Agent")


def test_new_tickets_are_announced_and_do_not_push_the_others(window: Windows) -> None:
    agent, watcher = window("agent2"), window("lead")
    agent.report("Mail is slow", ci="mail-1")
    watcher.page.goto("/q/open")
    before = watcher.page.locator(".tickets tbody tr").all_inner_texts()

    number = agent.report("Core switch is dead", ci="sw-core", impact="1", urgency="1")

    pill = watcher.page.locator(".pill")
    expect(pill).to_contain_text("new")
    assert len(watcher.page.locator(".tickets tbody tr").all()) == len(before)
    pill.click()
    expect(watcher.page.locator(f"#row-{number}")).to_be_visible()


def test_a_conversation_appears_in_the_open_ticket_of_the_other(window: Windows) -> None:
    agent, requester = window("agent2"), window("requester")
    number = requester.report("Printer prints blank pages", ci="print-3")
    agent.page.goto(f"/t/{number}")

    agent.page.fill("#message", "Is the toner new?")
    agent.page.click("text=Send and wait")

    expect(requester.page.locator(".timeline")).to_contain_text("Is the toner new?")
    expect(requester.page.locator(".portal-state")).to_contain_text("Waiting for you")


def test_what_is_being_typed_survives_a_live_update(window: Windows) -> None:
    agent, lead = window("agent2"), window("lead")
    number = agent.report("Mail is slow", ci="mail-1")
    agent.page.fill("#message", "Half a senten")
    lead.page.goto(f"/t/{number}")

    lead.page.check('.composer input[value="internal"]')
    lead.page.fill("#message", "I know this one.")
    lead.page.click(".composer .btn-primary")

    expect(agent.page.locator(".timeline")).to_contain_text("I know this one.")
    expect(agent.page.locator("#message")).to_have_value("Half a senten")


def test_a_refusal_is_shown_where_it_was_pressed_and_keeps_the_words(window: Windows) -> None:
    agent = window("agent2", strict=False)
    agent.report("Mail is slow", ci="mail-1")
    page = agent.page

    page.click("#action-hold > summary")
    page.select_option("#a-hold-reason", "planned_until")
    page.fill("#a-hold-text", "After the move.")
    page.click("#action-hold button")

    expect(page.locator("#action-hold .notice")).to_contain_text("until when")
    expect(page.locator("#a-hold-text")).to_have_value("After the move.")


def test_the_whole_round_goes_by_keys(window: Windows) -> None:
    agent = window("agent2")
    number = agent.report("Mail is slow again", ci="mail-1")
    page = agent.page
    page.goto("/q/open")

    for _ in range(30):
        page.keyboard.press("j")
        if page.evaluate("document.activeElement.closest('tr').dataset.number") == number:
            break
    page.keyboard.press("k")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.locator(f'#ticket[data-number="{number}"]')).to_be_visible()
    page.keyboard.press("m")
    expect(page.locator(".states")).to_contain_text("Bruno Agent")
    page.keyboard.press("n")
    page.keyboard.type("Called the provider.")
    page.keyboard.press("Control+Enter")

    expect(page.locator(".message.internal")).to_contain_text("Called the provider.")
    assert page.url.endswith(f"/t/{number}?view=open")


def test_the_list_of_keys_opens_closes_and_turns_them_off(window: Windows) -> None:
    page = window("agent2").page
    page.goto("/q/open")
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_visible()
    page.uncheck("#keys-on")
    page.keyboard.press("Escape")
    expect(page.locator("#keys")).to_be_hidden()

    page.keyboard.press("c")
    page.keyboard.press("?")

    expect(page.locator("#keys")).to_be_hidden()
    assert page.url.endswith("/q/open")


def test_a_deadline_counts_down_by_itself(window: Windows) -> None:
    agent = window("agent2")
    agent.report("Core switch is dead", ci="sw-core", impact="1", urgency="1")
    chip = agent.page.locator(".states time.chip")
    expect(chip).to_contain_text("left")

    agent.page.wait_for_function(  # a live update may put the real deadline back at any moment
        """() => {
            const chip = document.querySelector('.states time.chip');
            chip.setAttribute('datetime', '2020-01-01T00:00:00Z');
            return chip.textContent.includes('over');
        }"""
    )

    assert "tone-red" in str(chip.get_attribute("class"))


def test_scripts_and_server_say_times_in_the_same_words(window: Windows) -> None:
    page = window("agent2").page
    seconds = [0, 1, 59, 60, 61, 3599, 3600, 7500, 86400, 172_799, 172_800, 1_000_000]

    said = page.evaluate(
        """async (seconds) => {
            const { span } = await import(document.querySelector('script[src*="countdown"]').src);
            return seconds.map(span);
        }""",
        seconds,
    )

    assert said == [span(each) for each in seconds]


def test_back_leads_to_the_page_before(window: Windows) -> None:
    agent = window("agent2")
    number = agent.report("Mail is slow", ci="mail-1")
    page = agent.page
    page.goto("/q/open")
    page.click(f"#row-{number} .subject a")
    expect(page.locator("#ticket")).to_be_visible()

    page.go_back()

    expect(page.locator("#pane #ticket")).to_have_count(0)
    expect(page.locator(f"#row-{number}")).to_be_visible()


def test_everything_works_without_scripts(window: Windows) -> None:
    agent = window("agent2", java_script_enabled=False)
    page = agent.page
    page.goto("/new")
    page.fill("#new-title", "No scripts here")
    page.click("#new-form .btn-primary")
    number = page.get_attribute("#ticket", "data-number")
    page.goto(f"/t/{number}")
    page.check('.composer input[value="internal"]')
    page.fill("#message", "Written by hand.")
    page.click(".composer .btn-primary")
    page.click("#action-resolve > summary")
    page.select_option("#a-resolve-code", "fixed")
    page.fill("#a-resolve-text", "Done by hand.")
    with page.expect_navigation():
        page.click("#action-resolve button")
    page.reload()

    expect(page.locator(".timeline")).to_contain_text("Written by hand.")
    expect(page.locator(".timeline")).to_contain_text("Done by hand.")


def test_the_auditor_proves_a_ticket_by_one_press(window: Windows) -> None:
    agent, auditor = window("agent2"), window("auditor")
    number = agent.report("Mail is slow", ci="mail-1")
    auditor.page.goto(f"/t/{number}/history")

    auditor.page.click("text=Verify")

    expect(auditor.page.locator("#proof .notice")).to_contain_text("Journal, engine history and ticket agree.")
    expect(auditor.page.locator("body")).to_contain_text("Workflow execution started")


def test_signed_out_elsewhere_loses_no_words(window: Windows) -> None:
    agent = window("agent2", strict=False)
    number = agent.report("Mail is slow", ci="mail-1")
    agent.page.fill("#message", "Half a senten")
    other = agent.page.context.new_page()
    other.goto("/account")
    other.click("main button:has-text('Sign out')")
    other.wait_for_selector(".gate")

    agent.page.click(".composer .btn-primary")

    expect(agent.page.locator("#toasts")).to_contain_text("still here")
    expect(agent.page.locator("#message")).to_have_value("Half a senten")
    assert agent.page.url.endswith(f"/t/{number}")


def test_tabs_share_one_stream(window: Windows) -> None:
    first = window("agent2")
    first.page.goto("/q/open")
    other = first.page.context.new_page()
    streams: list[str] = []
    other.on("request", lambda request: streams.append(request.url) if request.url.endswith("/live") else None)

    other.goto("/q/open")
    number = window("lead").report("Mail is slow", ci="mail-1")

    expect(other.locator(".pill")).to_contain_text("new")
    assert streams == []
    assert number.startswith("INC-")
