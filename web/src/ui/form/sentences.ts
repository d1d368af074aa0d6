/** What a fault says to whoever typed; the codes are the server's. */
import { t, type Key } from "../../texts";
import type { Fault } from "./fit";

const sentences: Record<string, Key> = {
  required: "fault.required",
  not_a_text: "fault.not_a_text",
  bad_character: "fault.bad_character",
  too_short: "fault.too_short",
  too_long: "fault.too_long",
  pattern: "fault.pattern",
  id_number: "fault.id_number",
  not_a_number: "fault.not_a_number",
  decimals: "fault.decimals",
  step: "fault.step",
  min: "fault.min",
  max: "fault.max",
  not_a_date: "fault.not_a_date",
  too_early: "fault.too_early",
  too_late: "fault.too_late",
  not_a_boolean: "fault.not_a_boolean",
  not_an_option: "fault.not_an_option",
  not_a_list: "fault.not_a_list",
  not_a_row: "fault.not_a_row",
  not_a_group: "fault.not_a_group",
  too_few: "fault.too_few",
  too_many: "fault.too_many",
  rule: "fault.rule",
};

export function sentence(fault: Fault): string {
  const own = fault.values["text"];
  if (typeof own === "string") return own;
  const key = sentences[fault.code];
  return key ? t(key, fault.values) : fault.code;
}
