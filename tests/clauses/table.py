"""Table: which test holds which clause of the privacy policy, and what is not built yet.

`python -m tests.clauses.table` writes it as docs/explanation/privacy-clauses.md; test_table.py tells whether it is so.
"""

from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
PAGE = ROOT / "docs" / "explanation" / "privacy-clauses.md"

MODEL = "choices, disclosures and cases (the next part of the privacy engine)"
REQUESTS = "requests of people (export, erasure, complaints)"
PAYMENTS = "payments"


@dataclass(frozen=True)
class Clause:
    """What is promised, who holds it, and what of it nobody holds so far."""

    id: str
    promise: str
    tests: tuple[str, ...] = ()
    """`file::name`, below tests/."""
    missing: str = ""
    """What is not built, and the part that will build it."""


REGISTRATION = "web/identity/test_registration.py"
ACCOUNT = "web/identity/test_account.py"
REMEMBER = "web/identity/test_remember.py"
SIGN_IN = "web/identity/test_sign_in.py"
SESSIONS = "identity/test_sessions.py"
KEEP = "activity/test_keep.py"
RECORD = "journeys/test_record.py"
SITE = "clauses/test_site.py"
LETTERS = "clauses/test_letters.py"
IDLE = "clauses/test_inactivity.py"

HOLDS = "privacy/test_holds.py"
GATE = "privacy/test_hold_checks.py"
PLANTED_HOLDS = f"{GATE}::test_a_fault_in_the_database_fails_its_clause_alone"
ASKED = "privacy/test_requests.py"
PLANTED_REQUESTS = "privacy/test_request_checks.py"
TRIED = "boot/test_trial.py::test_as_it_is_everything_holds_and_nothing_of_it_stays"
DECIDED = "boot/test_trial.py::test_a_choice_that_is_not_heard_fails_its_clause_alone"
DISCLOSING = "privacy/test_disclosing.py"
SHOWN = "boot/test_showing.py::test_exactly_the_clause_of_a_planted_fault_fails"
CHECKS = "privacy/test_checks.py::test_exactly_the_clause_of_a_planted_fault_fails"
SELFCHECK = "journeys/test_selfcheck.py::test_as_it_runs_every_clause_is_told_and_none_fails"
PLANTED = "journeys/test_selfcheck.py::test_a_fault_in_the_database_fails_its_clause_alone"
GAPS = "privacy/test_inventory.py::test_each_gap_is_told_alone"
VERSIONS = "privacy/test_versions.py"

TABLE = (
    Clause(
        "PP-01",
        "Who registers is asked for name, company, e-mail and password; who does not confirm is forgotten after 7 days",
        (
            f"{SITE}::test_pp_01_the_form_asks_for_exactly_four_things",
            f"{REGISTRATION}::test_a_field_too_much_or_too_little_is_refused_and_nowhere_kept",
            f"{REGISTRATION}::test_after_seven_days_nothing_is_left_of_who_did_not_confirm",
            "house/test_holdings.py::test_every_column_that_could_tell_of_a_person_says_whether_it_does",
        ),
        "Names and addresses stand in the database as they are: their encryption comes with the key of each account, "
        f"with {REQUESTS}.",
    ),
    Clause(
        "PP-02",
        "Of payments, who paid what and when; never a card",
        (
            "kernel/test_cards.py::test_numbers_of_every_network_are_found_and_masked",
            "kernel/test_cards.py::test_no_id_is_a_card",
            "web/identity/test_account.py::test_pp_02_the_number_of_a_card_is_refused_and_nowhere_kept",
            "boot/test_guards.py::test_a_card_that_is_taken_fails_pp_02",
        ),
        f"Nothing is paid here yet: {PAYMENTS}.",
    ),
    Clause(
        "PP-03",
        "What people write to us, and we to them, is kept sealed, given to them and gone after its term",
        (
            "worker/test_taking_in.py::test_a_letter_opens_a_request_and_is_answered_below_it",
            "worker/test_taking_in.py::test_its_words_lie_nowhere_in_the_clear",
            "worker/test_taking_in.py::test_after_its_term_nothing_of_a_thread_is_left",
            "privacy/test_masked.py::test_in_threads_others_are_masked_and_ones_own_stays",
            "boot/test_lettered.py::test_a_letter_of_a_canary_is_kept_and_nothing_of_the_trial_stays",
            "boot/test_lettered.py::test_a_flood_of_letters_is_no_fault_of_this_promise",
        ),
    ),
    Clause(
        "PP-04",
        "Addresses and agents are logged in one place, whole for 7 days, shortened for 180, then gone",
        (
            f"{KEEP}::test_pp_04_an_address_can_be_read_for_seven_days_and_its_network_for_180",
            f"{RECORD}::test_no_table_holds_an_address_or_an_agent",
            f"{RECORD}::test_no_file_and_no_log_holds_them",
            f"{RECORD}::test_every_answer_is_written_once",
            "house/test_records.py::test_no_line_of_a_log_is_made_of_an_address_or_an_agent",
        ),
    ),
    Clause(
        "PP-05",
        "When people signed in and out, how long they stayed, how it ended; for 180 days",
        (
            f"{SESSIONS}::test_both_stamps_stand_and_their_difference_is_the_duration",
            f"{SESSIONS}::test_idleness_ends_a_session_though_nobody_wrote_it_down",
            f"{SESSIONS}::test_what_timed_out_is_not_told_as_revoked",
            f"{SESSIONS}::test_half_a_year_later_nothing_is_known_of_a_session",
            f"{ACCOUNT}::test_one_session_or_all_others_are_ended",
        ),
    ),
    Clause(
        "PP-06",
        "What was uploaded and downloaded: of accounts for 90 days, of visitors for 48 hours, then as numbers",
        (
            f"{KEEP}::test_pp_06_visits_become_numbers_within_48_hours_and_those_of_accounts_after_90_days",
            f"{RECORD}::test_what_was_delivered_is_what_clients_got",
            "activity/test_taken.py::test_it_becomes_a_number_when_its_time_is_over",
            "usage/test_report.py::test_a_bill_is_the_same_when_every_log_is_gone",
        ),
        f"A person sees it at `/account/v1/activity`; a file of all that is known of them comes with {REQUESTS}.",
    ),
    Clause(
        "PP-07",
        "Which pages were opened; visitors are told apart for a day, by a salt that is destroyed",
        (
            f"{KEEP}::test_pp_07_the_salt_of_a_day_is_gone_within_48_hours",
            "activity/test_write.py::test_a_visitor_is_another_one_the_next_day",
            "activity/test_write.py::test_pages_are_told_apart_from_files",
            "ui/test_shell.py::test_the_policy_of_a_page_allows_what_is_ours_and_nothing_else",
        ),
    ),
    Clause(
        "PP-08",
        "Of a place, its country alone",
        (f"{KEEP}::test_pp_08_of_a_place_nothing_is_known_but_a_country",),
    ),
    Clause(
        "PP-09",
        "What uploads may tell of people is found when they come in, told, and taken out where asked",
        (
            "render/test_private.py::test_what_tells_is_found_and_can_be_written_over",
            "uploads/test_disclosing.py::test_a_position_is_told_and_kept_with_the_version",
            "uploads/test_disclosing.py::test_what_tells_is_taken_out_before_it_is_stored",
            "compat/test_python_privacy.py::test_of_a_signed_address_neither_credentials_nor_query_are_kept",
            "boot/test_exposing.py::test_a_reader_that_overlooks_something_fails_pp_09",
            "boot/test_exposing.py::test_an_address_that_is_kept_too_long_fails_pp_09",
        ),
        "Positions in the tracks of a film, and properties in packed streams of a PDF, are not taken out.",
    ),
    Clause(
        "PP-10",
        "Who sees what follows what the owner chose, at once and everywhere",
        (
            "journeys/test_access.py::test_rules_of_an_asset",
            "journeys/test_exposure.py::test_a_change_is_looked_at_from_outside_in_every_process",
            "journeys/test_exposure.py::test_what_is_public_is_told_to_its_owner_and_to_nobody_else",
            "journeys/test_exposure.py::test_a_process_that_hands_out_what_is_closed_fails_pp_10_alone",
            "assets/test_exposure.py::test_each_rule",
        ),
    ),
    Clause(
        "PP-11",
        "A notice beside each way to upload, and who has read it",
        (
            "journeys/test_exposure.py::test_the_notice_is_read_once_and_kept",
            "console/test_exposure.py::test_it_stands_beside_the_code_and_is_asked_once",
            "compat/test_python_privacy.py::test_each_answer_to_an_upload_leads_to_the_notice",
            "boot/test_exposing.py::test_a_way_to_upload_without_the_notice_fails_pp_11",
        ),
    ),
    Clause(
        "PP-12",
        "Personal data are read for a named purpose only",
        (
            "kernel/test_purpose.py::test_what_is_not_declared_is_refused",
            "adapters/database/test_reading.py::test_a_read_that_no_purpose_allows_never_reaches_the_database",
            "adapters/database/test_reading.py::test_a_statement_hands_out_the_holdings_of_its_columns",
            "house/test_reads.py::test_every_verb_that_hands_out_rows_asks_for_what",
            "house/test_reads.py::test_a_text_that_names_a_personal_column_counts_as_a_read_of_it",
            "journeys/test_selfcheck.py::test_strict_mode_lets_everybody_do_what_they_came_for",
        ),
        "Outside of strict mode a read is told and not refused.",
    ),
    Clause(
        "PP-13",
        "Studies of use know no person, and nothing of who refused them",
        (
            "activity/test_write.py::test_no_page_is_kept_of_who_does_not_want_it_studied",
            DECIDED,
            "web/identity/test_choices.py::test_each_choice_holds_at_once_and_is_taken_back_as_it_was_made",
        ),
    ),
    Clause("PP-14", "Who helps sees an account only while they are asked to", missing=f"Comes with {MODEL}."),
    Clause(
        "PP-15",
        "What is billed can be counted again without any log",
        (
            "usage/test_report.py::test_a_bill_is_the_same_when_every_log_is_gone",
            "journeys/test_metering.py::test_eight_clients_and_two_restarts_end_with_exact_figures",
        ),
        f"The purpose of it as a name comes with {MODEL}, invoices with {PAYMENTS}.",
    ),
    Clause(
        "PP-16",
        "Reports of faults name nobody",
        (
            "house/test_records.py::test_a_line_that_has_one_all_the_same_loses_it",
            "kernel/test_scrub.py::test_what_tells_of_somebody_is_taken_out",
            "boot/test_guards.py::test_a_log_that_keeps_what_it_is_told_fails_pp_16",
        ),
    ),
    Clause(
        "PP-17",
        "Each letter is of one class; who refuses all still gets what the account needs, and no other; 180 days of log",
        (
            f"{LETTERS}::test_pp_17_each_list_says_its_class_and_service_letters_are_no_list",
            f"{LETTERS}::test_pp_17_who_refuses_all_still_gets_service_letters_and_nothing_else",
            "mail/test_message.py::test_a_letter_says_its_one_class",
            "mail/test_carry.py::test_the_log_knows_a_letter_for_180_days",
            "mail/test_carry.py::test_when_it_is_over_neither_address_nor_words_are_kept",
        ),
    ),
    Clause(
        "PP-18",
        "Marketing goes to those alone who asked for it, says how to end it, and tracks nobody",
        (
            f"{LETTERS}::test_pp_18_marketing_comes_to_who_asked_for_it_and_leaves_with_one_click",
            "mail/test_templates.py::test_a_letter_loads_nothing_and_tracks_nobody",
            "adapters/mailer/test_dkim.py::test_both_headers_of_one_click_are_signed",
        ),
    ),
    Clause(
        "PP-19",
        "Terms are enforced in cases that are opened and closed",
        (
            f"{HOLDS}::test_without_an_open_case_nobody_reads_to_enforce",
            f"{HOLDS}::test_closing_a_case_lifts_its_holds_alone",
            f"{HOLDS}::test_what_is_held_outlives_an_erasure_and_nothing_else_does",
            f"{HOLDS}::test_a_release_deletes_what_was_kept_and_says_so_in_the_ledger",
            "ui/test_plan.py::test_a_case_reads_what_was_held_and_its_end_lets_it_go",
            PLANTED_HOLDS,
        ),
    ),
    Clause(
        "PP-20",
        "What is kept, the policy, and the code say the same",
        (
            "house/test_promises.py::test_what_ships_is_what_is_promised",
            GAPS,
            PLANTED,
            "boot/test_promising.py::test_strict_stops_the_start_and_names_the_clause",
            "house/test_holdings.py::test_every_mark_names_a_holding_of_the_same_context",
        ),
    ),
    Clause(
        "PP-21",
        "What is known of people stays right",
        (
            f"{ACCOUNT}::test_a_profile_is_changed_by_its_person",
            f"{ACCOUNT}::test_another_address_counts_once_it_is_shown_to_be_theirs",
            "clauses/test_profile.py::test_pp_21_an_owner_is_told_that_letters_to_their_address_came_back",
            f"{IDLE}::test_pp_21_once_a_year_people_are_asked_whether_their_profile_is_right",
        ),
        f"Nobody outside gets any of it; when somebody does, corrections reach them with {MODEL}.",
    ),
    Clause(
        "PP-22",
        "Nothing is sold; no host is reached that is not declared",
        (
            GAPS,
            CHECKS,
            "journeys/test_selfcheck.py::test_a_setting_that_no_policy_knows_fails_its_clause_alone",
            "boot/test_loop.py::test_a_planted_connector_reaches_nobody_whatever_it_connects_with",
            "boot/test_loop.py::test_who_says_which_way_it_goes_gets_there",
            "adapters/database/test_where.py::test_a_line_that_was_led_elsewhere_is_cut",
        ),
        "A host that a user names is bounded by the guard of fetches, by no register. To which machine the name of a "
        "database leads is not seen, and where a library of object stores goes beyond the host of its setting.",
    ),
    Clause(
        "PP-23",
        "Who gets data is bound by an agreement, and announced before",
        (
            CHECKS,
            "privacy/test_inventory.py::test_a_declared_recipient_closes_it_from_its_day_on",
            "privacy/test_policy_read.py::test_what_is_wrong_is_told_with_its_place",
            f"{DISCLOSING}::test_a_new_recipient_is_announced_thirty_days_before",
            f"{DISCLOSING}::test_a_switch_stops_it_at_once_in_every_mode",
            "worker/test_recipients.py::test_everybody_is_told_thirty_days_before_and_once",
            "worker/test_recipients.py::test_the_end_of_an_agreement_is_told_to_who_runs_this_once",
        ),
        "Outside of strict mode what is not declared is told and not stopped; who is switched off gets nothing in any.",
    ),
    Clause(
        "PP-24",
        "Who got what of whom is written down before it leaves",
        (
            DECIDED,
            f"{DISCLOSING}::test_who_got_what_is_told_once_a_day_with_how_often",
            f"{DISCLOSING}::test_after_three_years_it_goes",
            "web/identity/test_choices.py::test_who_received_something_is_told_and_a_year_without_any_says_none",
        ),
        "What an account sends to addresses of its own choice (webhooks) is in its own record, not in this one.",
    ),
    Clause(
        "PP-25",
        "Affiliates are bound by the same policy, and get nothing of who refused",
        (DECIDED, f"{DISCLOSING}::test_some_things_never_leave"),
        "No connector of this product leads to an affiliate; the guard stands before any that comes.",
    ),
    Clause(
        "PP-26",
        "Unlawful content may be reported",
        missing="Not built yet: cases.",
    ),
    Clause(
        "PP-27",
        "A merger hands data on only to who keeps the same promises",
        missing="Not built yet: transfers.",
    ),
    Clause(
        "PP-28",
        "Whoever recipients hand data on to is bound as well",
        (CHECKS,),
    ),
    Clause(
        "PP-29",
        "Authorities get what is lawful",
        missing="Not built yet: the register of authorities' requests.",
    ),
    Clause(
        "PP-30",
        "No analytics of others, unless it is said here",
        (
            CHECKS,
            SELFCHECK,
        ),
    ),
    Clause(
        "PP-31",
        "Aggregates tell of nobody",
        (
            "privacy/test_release.py::test_no_taking_away_finds_a_group_below_ten",
            f"{GATE}::test_figures_are_released_once_and_stay_as_they_were",
            PLANTED_HOLDS,
        ),
    ),
    Clause(
        "PP-32",
        "Nobody identifiable is shared otherwise than by a clause or by consent",
        (DECIDED, f"{DISCLOSING}::test_some_things_never_leave"),
    ),
    Clause(
        "PP-33",
        "Letters can be refused at any time",
        (
            f"{LETTERS}::test_pp_33_what_is_refused_by_any_way_is_refused_on_the_page_too_and_can_be_asked_for_again",
            f"{LETTERS}::test_pp_33_a_page_of_another_site_changes_nothing",
            "mail/test_bounce.py::test_a_letter_with_the_token_ends_its_list",
            "journeys/test_letters.py::test_a_letter_arrives_signed_and_one_click_ends_its_list_for_good",
            "worker/test_taking_in.py::test_whoever_wants_no_letters_gets_none_from_now_on",
        ),
    ),
    Clause(
        "PP-34",
        "An account is disabled on its page: at once, everywhere, and for 30 days it may come back",
        (
            "clauses/test_leaving.py::test_pp_34_disabling_shuts_every_door_of_both_processes_and_enabling_opens_them",
            "journeys/test_people.py::test_a_disabled_account_is_shut_at_every_door_and_comes_back",
            f"{ACCOUNT}::test_after_thirty_days_who_left_is_told_of_and_does_not_come_back",
            "ui/test_journeys.py::test_an_account_stops_at_once_and_comes_back_as_it_was",
        ),
        f"After the 30 days nobody can bring it back; what is left is erased with {REQUESTS}.",
    ),
    Clause(
        "PP-35",
        "Who is shown in a file is helped to its owner",
        (
            "privacy/test_relaying.py::test_it_is_passed_on_once_it_is_proved_who_wrote",
            "privacy/test_relaying.py::test_what_the_owner_answers_goes_to_who_asked",
            "privacy/test_relaying.py::test_where_no_owner_answers_whoever_runs_this_must",
            "worker/test_owner_of.py::test_the_owner_of_a_file",
        ),
        "Owners are not reminded before the fourteen days are over.",
    ),
    Clause(
        "PP-36",
        "Global Privacy Control is honoured and shown",
        (
            SELFCHECK,
            "web/privacy/test_policy.py::test_only_exactly_one_is_the_signal",
            "web/identity/test_signal.py::test_it_stands_for_the_person_on_every_device_and_is_written_down_once",
            "web/identity/test_signal.py::test_nothing_else_is_that_choice",
            f"{DISCLOSING}::test_who_refused_is_passed_on_to_nobody_but_who_works_for_us",
            "console/test_choices.py::test_to_refuse_and_to_take_it_back_are_one_click_each",
            "web/identity/test_choices.py::test_a_receipt_is_verified_without_us",
            SHOWN,
        ),
    ),
    Clause(
        "PP-37",
        "No other purpose without a choice",
        (DECIDED, "kernel/test_choice.py::test_silence_is_neither_yes_nor_no"),
        "No purpose of this product is materially different; the guard stands before any that comes.",
    ),
    Clause(
        "PP-38",
        "Only what is needed is asked for and kept",
        (
            CHECKS,
            GAPS,
            "boot/test_unneeded.py::test_a_field_that_no_use_reads_fails",
            "boot/test_unneeded.py::test_what_nobody_fills_in_a_year_is_named",
        ),
        "That a field is read is known of its purposes; single reads are not counted.",
    ),
    Clause(
        "PP-39",
        "Before an account ends it is shown what is erased, and what is kept, why and until when; and so it is then",
        (
            "privacy/test_erase.py::test_after_an_erasure_no_canary_is_left_and_nobody_else_lost_anything",
            "journeys/test_erasure.py::test_an_account_is_handed_over_and_forgotten",
            "ui/test_plan.py::test_its_person_sees_what_is_held_and_until_when",
            f"{HOLDS}::test_the_plan_is_what_is_found_afterwards",
        ),
    ),
    Clause(
        "PP-40",
        "Do Not Track changes nothing",
        (
            f"{SITE}::test_pp_40_answers_cookies_and_rows_are_the_same_with_dnt",
            f"{SITE}::test_pp_40_no_code_reads_the_signal",
        ),
    ),
    Clause(
        "PP-41",
        "Who got data for marketing is told on request, of a calendar year",
        (
            DECIDED,
            f"{DISCLOSING}::test_a_year_is_answered_with_all_who_got_it_for_their_own_marketing_or_none",
        ),
    ),
    Clause(
        "PP-42",
        "Access can be asked for at any time, by page, account, letter, API and the operator; answered in time",
        (
            f"{ASKED}::test_whoever_proves_it_gets_everything",
            f"{ASKED}::test_whoever_runs_it_is_told_before_it_is_too_late_and_when_it_is",
            f"{ASKED}::test_it_is_put_off_once_and_who_asks_is_told_why",
            "privacy/test_deadlines.py::test_each_regime_has_its_own_day",
            "journeys/test_requests_of_people.py::test_a_stranger_asks_proves_it_and_is_answered",
            f"{PLANTED_REQUESTS}::test_as_it_is_none_fails_and_nothing_stays",
        ),
    ),
    Clause(
        "PP-43",
        "Who asks is verified by a link to the address on record, or by a sign-in; a stranger learns nothing",
        (
            f"{ASKED}::test_a_stranger_and_a_customer_are_told_the_same",
            f"{ASKED}::test_who_proves_nothing_is_let_go_without_a_letter",
            f"{ASKED}::test_nobody_answers_a_stranger_before_the_proof",
            "web/identity/test_privacy_calls.py::test_a_stranger_is_answered_as_a_customer_is",
            "console/test_privacy_requests.py::test_the_form_needs_no_cookie_and_tells_a_stranger_nothing",
            f"{PLANTED_REQUESTS}::test_a_fault_in_the_engine_fails_its_clause_alone",
        ),
    ),
    Clause(
        "PP-44",
        "Whether anything is known is always answered, after the proof",
        (
            f"{ASKED}::test_who_has_nothing_here_is_told_so_after_the_proof",
            f"{PLANTED_REQUESTS}::test_who_asks_and_hears_nothing_is_noticed",
        ),
    ),
    Clause(
        "PP-45",
        "Who asks gets a copy of everything: records, files, what is not handed out and why",
        (
            "privacy/test_export.py::test_an_archive_tells_all_and_what_it_does_not",
            "privacy/test_export.py::test_a_file_that_is_missing_is_told_and_nothing_is_called_complete",
            "privacy/test_export.py::test_twenty_thousand_records_take_no_more_memory_than_a_hundred",
            "privacy/test_export.py::test_an_archive_is_kept_for_some_days_and_some_downloads",
            "privacy/test_restore.py::test_export_import_export_is_no_difference",
            "privacy/test_volumes.py::test_every_file_is_in_one_volume_and_all_are_checked_as_one",
            "privacy/test_volumes.py::test_what_was_changed_is_found",
            "privacy/test_volumes.py::test_two_archives_differ_in_what_was_added",
            "privacy/test_ten_thousand.py::test_it_is_handed_out_in_constant_memory_and_forgotten_with_progress",
            TRIED,
        ),
    ),
    Clause(
        "PP-46",
        "What is wrong is corrected: the own profile at once, all else by a person; who is refused may say why not",
        (
            f"{ASKED}::test_what_no_program_can_answer_waits_for_a_person",
            f"{ASKED}::test_one_who_was_refused_is_told_where_to_go_from_there",
            f"{PLANTED_REQUESTS}::test_a_fault_in_the_engine_fails_its_clause_alone",
        ),
        "Who got the wrong data is told with disclosures.",
    ),
    Clause(
        "PP-47",
        "Who asks is forgotten everywhere, whatever stops in between; it is looked for rests, then and later",
        (
            "privacy/test_erase.py::test_every_table_that_tells_of_a_person_is_in_a_sheet",
            "privacy/test_erase.py::test_after_an_erasure_no_canary_is_left_and_nobody_else_lost_anything",
            "privacy/test_erase.py::test_stopped_after_every_step_and_gone_on_it_ends_the_same",
            "privacy/test_erase.py::test_what_a_probe_finds_is_erased_again_and_what_comes_back_is_told",
            "privacy/test_erase.py::test_of_one_person_the_account_stays",
            "privacy/test_erase.py::test_names_that_hardly_anybody_has_are_looked_for_too",
            TRIED,
            "journeys/test_erasure.py::test_an_account_is_handed_over_and_forgotten",
        ),
        "Backups that an operator made are not reached; keys of each account come with encryption at rest.",
    ),
    Clause(
        "PP-48",
        "Every store is searched, or named as not searched, and why",
        (
            "privacy/test_export.py::test_an_archive_tells_all_and_what_it_does_not",
            "privacy/test_export.py::test_a_store_that_could_not_be_searched_is_named_and_nothing_is_called_complete",
            "privacy/test_erase.py::test_a_store_that_cannot_be_searched_holds_it_back_until_it_can_be",
            "boot/test_trial.py::test_a_keeper_that_does_not_keep_its_word_is_found_out",
        ),
    ),
    Clause(
        "PP-49",
        "What tells of others is taken out of the words and pictures of a copy, and the manifest says so",
        (
            "privacy/test_masked.py::test_in_threads_others_are_masked_and_ones_own_stays",
            "privacy/test_masking.py::test_what_is_told_of_others_is_masked",
            "boot/test_lettered.py::test_others_are_masked_and_a_fault_fails_pp_49",
            "privacy/test_masked.py::test_of_a_picture_that_shows_others_a_copy_is_handed_out_or_none",
            "derived/test_veil.py::test_what_is_marked_becomes_one_colour_and_the_rest_stays",
            "derived/test_veil.py::test_what_cannot_be_masked_is_not_handed_out",
            "derived/test_veil.py::test_the_check_tells_a_mask_from_none",
        ),
        "In films nobody is masked: one in which others are marked is not handed out. Whose face it is, nobody tells.",
    ),
    Clause(
        "PP-50",
        "Each kind of record has its period, from a moment that is named; there is none without",
        (
            "privacy/test_retention.py::test_the_day_before_it_is_there_and_the_day_after_it_is_gone",
            "privacy/test_retention.py::test_every_promise_with_a_period_has_a_term_and_every_term_a_promise",
            "privacy/test_retention.py::test_no_term_lasts_longer_than_its_promise",
        ),
    ),
    Clause("PP-51", "Records of payments, for as long as taxes ask", missing=f"Nothing is paid here yet: {PAYMENTS}."),
    Clause(
        "PP-52",
        "Aggregates without limit, of which nobody can be found",
        (
            "privacy/test_release.py::test_small_groups_and_what_would_give_them_away_are_left_out",
            PLANTED_HOLDS,
        ),
    ),
    Clause(
        "PP-53",
        "What is due goes; what is late is an incident, and so is a worker that stands still",
        (
            "privacy/test_retention.py::"
            "test_whenever_the_round_is_made_nothing_is_older_than_promised_and_twice_changes_nothing",
            "privacy/test_retention.py::test_what_nobody_lets_go_is_an_incident_told_once_a_day",
            "privacy/test_retention.py::test_a_worker_that_stands_still_is_found_out_within_a_day",
            "privacy/test_retention.py::test_each_day_has_one_line_in_the_ledger_with_what_went",
            "journeys/test_evidence.py::"
            "test_what_is_over_its_time_goes_and_is_told_and_a_worker_that_stands_still_is_found_out",
        ),
    ),
    Clause(
        "PP-54",
        "An account that nobody used for 24 months is warned of 60 and 14 days before, then disabled",
        (
            f"{IDLE}::test_pp_54_two_years_without_use_are_warned_of_60_and_14_days_before_and_then_end",
            f"{IDLE}::test_pp_54_one_use_after_the_warnings_undoes_them",
            f"{IDLE}::test_pp_54_who_comes_back_in_thirty_days_has_all_as_it_was_and_two_more_years",
            "identity/test_idle.py::test_however_late_the_rounds_are_both_warnings_come_in_time",
            "boot/test_trial.py::test_a_verb_that_does_nothing_fails_its_clause_alone",
        ),
    ),
    Clause(
        "PP-55",
        "Where stores lie is said",
        (CHECKS, "privacy/test_places.py::test_what_lies_beyond_the_countries_is_told"),
        "Whether a store lies where the operator says, no program can look; countries are for the installation.",
    ),
    Clause(
        "PP-56",
        "Frameworks are named only while they are valid",
        (
            CHECKS,
            "privacy/test_policy_read.py::test_a_framework_is_named_only_while_its_certificate_is_valid",
        ),
    ),
    Clause(
        "PP-57",
        "Where rules conflict, the stricter one",
        missing="Not built yet: frameworks with rules of their own.",
    ),
    Clause(
        "PP-58",
        "Summary and text name the same recourse",
        (CHECKS,),
    ),
    Clause(
        "PP-59",
        "Cookies are set by a registry alone, and none where files are delivered",
        (
            f"{SITE}::test_pp_59_every_cookie_is_in_the_registry_with_its_lifetime_and_flags",
            f"{SITE}::test_pp_59_what_signs_in_sets_those_cookies_and_no_other",
            "wire/test_cookies.py::test_what_is_no_registered_cookie_is_an_error",
            "clauses/test_cookies.py::test_pp_59_a_cookie_that_no_registry_knows_is_stripped_and_told",
        ),
    ),
    Clause(
        "PP-60",
        "Who asks to stay signed in does, for 30 days; a copied cookie ends every session",
        (
            f"{REMEMBER}::test_nobody_is_remembered_who_did_not_ask",
            f"{REMEMBER}::test_who_closes_the_browser_is_still_in_with_new_cookies",
            f"{REMEMBER}::test_an_old_cookie_is_a_copy_and_ends_every_session",
            f"{REMEMBER}::test_a_moment_later_and_from_elsewhere_it_is_theft",
            f"{REMEMBER}::test_who_signs_out_is_not_remembered",
            f"{REMEMBER}::test_only_digests_are_kept",
        ),
    ),
    Clause(
        "PP-61",
        "Without cookies pages can be read, letters be refused, and it is said why signing in fails",
        (
            f"{SITE}::test_pp_61_public_pages_are_read_without_cookies",
            f"{SITE}::test_pp_61_the_page_of_cookies_names_all_that_there_are",
            "console/test_pages.py::test_who_has_cookies_switched_off_is_told_why_signing_in_fails",
            "web/test_letters.py::test_one_click_ends_the_list_and_answers_at_once",
        ),
        f"The forms of rights come with {REQUESTS}.",
    ),
    Clause(
        "PP-62",
        "Systems and procedures keep it safe",
        (
            f"{SITE}::test_pp_62_whom_to_tell_of_a_weakness",
            "web/test_security_txt.py::test_however_late_it_is_asked_for_it_has_not_expired",
            "web/identity/test_proofs.py::test_codes_cannot_be_guessed_by_who_knows_the_password",
            "identity/test_tries.py::test_processes_count_together",
            f"{SIGN_IN}::test_a_password_is_hashed_anew_when_the_operator_wants_more",
            "house/test_secrets.py::test_secrets_are_compared_in_constant_time",
            "journeys/test_sealed.py::test_a_copy_without_the_keys_holds_nothing",
            "journeys/test_sealed.py::test_an_owner_takes_the_key_away_and_gives_it_back",
            "adapters/blobs/test_sealed.py::test_to_delete_what_lies_below_a_prefix_destroys_its_secrets",
            "boot/test_sealing.py::test_what_lies_in_the_store_is_looked_at",
        ),
        f"A log of what staff does comes with {REQUESTS}.",
    ),
    Clause(
        "PP-63",
        "Who is touched by a breach is told",
        missing="Not built yet: the register of breaches.",
    ),
    Clause(
        "PP-64",
        "What is promised is shown as it was signed, to everybody",
        (
            SELFCHECK,
            PLANTED,
        ),
    ),
    Clause(
        "PP-65",
        "Complaints are answered",
        missing="Not built yet: complaints.",
    ),
    Clause(
        "PP-66",
        "Who is not content is told of an authority",
        missing="Not built yet: complaints.",
    ),
    Clause(
        "PP-67",
        "Arbitration only where a framework offers it",
        (CHECKS,),
    ),
    Clause(
        "PP-68",
        "A minor change binds after 7 days",
        (
            CHECKS,
            f"{VERSIONS}::test_the_next_binds_after_the_days_of_its_class",
        ),
        f"Letters to holders come with {MODEL}.",
    ),
    Clause(
        "PP-69",
        "A substantial change binds after 30 days",
        (
            CHECKS,
            f"{VERSIONS}::test_a_substantial_change_is_never_a_minor_one",
            "privacy/test_change.py::test_the_class_follows_from_what_differs",
        ),
        f"Holding new behaviour back until the day comes with {MODEL}.",
    ),
    Clause(
        "PP-70",
        "A change that the law demands names the law",
        (
            CHECKS,
            f"{VERSIONS}::test_what_the_law_demands_names_the_law_and_a_day",
        ),
    ),
    Clause(
        "PP-71",
        "Until a change binds it can be declined",
        missing="Not built yet: the workflow of changes.",
    ),
    Clause(
        "PP-72",
        "The policy is part of the terms",
        missing="Not built yet: terms of use.",
    ),
    Clause(
        "PP-73",
        "Somebody is named to write to, and letters there are taken",
        (
            CHECKS,
            "boot/test_lettered.py::test_the_listener_is_heard_or_pp_73_fails",
            "adapters/mailer/test_listener.py::test_a_letter_is_taken_as_it_came",
        ),
    ),
    Clause(
        "PP-74",
        "When it was last changed is said",
        (
            CHECKS,
            f"{VERSIONS}::test_the_first_binds_at_once_and_is_signed",
            "journeys/test_selfcheck.py::test_pages_show_the_version_that_binds_in_both_languages",
        ),
    ),
    Clause(
        "PP-75",
        "Summary and text come from one source",
        (CHECKS,),
    ),
)


def page() -> str:
    """The table for people."""
    rows = ["| clause | promise | held by | not built yet |", "| --- | --- | --- | --- |"]
    for each in TABLE:
        held = ", ".join(f"`tests/{name}`" for name in each.tests) or "-"
        rows.append(f"| {each.id} | {each.promise} | {held} | {each.missing or '-'} |")
    return "\n".join(
        (
            "# Privacy, clause by clause",
            "",
            "What the privacy policy promises about accounts, requests, letters and cookies; which test holds each",
            "promise, on a real database or a running installation, with the clock moved; and what is not built. The",
            "table is made from `tests/clauses/table.py`, and a test looks whether every test that it names is there.",
            "What is kept about people, and for how long, stands in [Holdings](../reference/holdings.md).",
            "",
            *rows,
            "",
        )
    )


if __name__ == "__main__":
    PAGE.write_text(page())
