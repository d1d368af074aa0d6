"""The ``story`` driver: a story speaks the domain and goes through the HTTP door only.

A story is told about the demonstration office, on a virtual clock, once on SQLite and once on PostgreSQL::

    def test_whoever_talks_with_the_applicant_needs_the_letter_first(story):
        story.at("2026-03-02")                              # 09:00 of that business date; runs all that falls due
        lin, zhao = story.person("lin.xia"), story.person("zhao.zhishu")   # account names of the office
        case = lin.starts("recruitment", unit="B071", answers={"letter_on": "2026-03-01"})
        zhao.completes(case, "hold_first_talk", {"talked_on": "2026-03-02"}, decision="done")
        assert zhao.completes(case, "determine_activist", {}).refused == "err_step_not_open"
        assert case.open_steps() == ["hold_first_talk"]

``story``
    ``story.at("2026-03-02")`` or ``story.at("2026-03-02T15:30")`` moves the office's clock (``PUT /clock``);
    ``story.later("P1M")`` moves it on (``POST /clock/advance``); ``story.today`` is the business date as ISO text.
    ``story.person(account)`` is somebody signed in (once, kept); ``story.auditor`` reads everything;
    ``story.publishes(key_or_folder)`` publishes ``processes/<key>`` or any folder, by the designer;
    ``story.unit("B071")`` is the unit as ``GET /units`` shows it.

a person
    ``starts(definition, unit=…, answers={…}, business_key=None, version=None)`` → the case
    ``completes(case, element, answers, decision=None, opinion=None, reason=None)`` → an answer; completes the task of
    that element in the person's own box, and where there is none, knocks at the step itself (the bypass attempt)
    ``confirms(case, element, agree=True, opinion=None)`` → an answer
    ``claims(case, element)``, ``releases(case, element)``, ``drafts(case, element, answers)``
    ``returns(case, element, opinion, to=None)``, ``withdraws(case, reason)``, ``cancels(case, reason)`` → an answer
    ``box("todo")`` → the items; ``sees(case)`` → the case as this person sees it, or a refused answer
    ``task(case, element)`` → ``GET /tasks/{id}`` of the person's task of that element
    ``gets(path, **query)``, ``posts(path, body)``, ``puts(path, body)`` → an answer: any other door
    ``id`` (person id), ``name`` (account), ``holders``: for forms that ask for a person use ``story.person(x).id``

an answer
    ``.refused`` is ``None``, or the problem details: ``.status``, ``.code``, ``.detail``, ``.errors``, ``.clause``,
    ``.missing``, any other member by ``[...]``; it equals its code (``answer.refused == "sod_03"``) and ``error("field")``
    is the entry of ``errors`` for one field. ``answer[...]`` is the body otherwise.
    **A refusal that nobody looks at fails the story** at the next act or at its end, with the problem printed.

a case (as the auditor reads it, fresh at every question)
    ``.id``, ``.number``, ``.refused``, ``.status``, ``.outcome``, ``.marks`` (of the case and its tasks), ``.data``,
    ``.summary``, ``.open_steps()`` (element ids open or awaiting a confirmation, sorted), ``.held_steps()``,
    ``.done_steps()`` (element ids in the order they were done), ``.step(element)`` (the entry of ``steps``),
    ``.trail()`` (items), ``.kinds()`` (their kinds in order), ``.read()`` (the whole shape)
"""
