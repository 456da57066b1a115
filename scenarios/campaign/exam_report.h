// What an exam is told by: a table for a terminal, JSON for tools, Markdown for docs/exam.md.
#pragma once

#include <string>
#include <string_view>

#include "scenarios/campaign/exam.h"

namespace logquake::scenario {

/// A table, then what was not found, and anomalies that never showed.
std::string to_text(const ExamReport& report);
/// exam.json: an array with an object for each defect, see exam_schema().
std::string to_json(const ExamReport& report);
/// The tables of docs/exam.md; `machine` says where and when.
std::string to_markdown(const ExamReport& report, std::string_view machine);

/// Of exam.json.
std::string_view exam_schema();

/// This machine, its compiler and the date: "2026-07-14, 2 cores of ..., GCC 12.2.0".
std::string machine_line();

}  // namespace logquake::scenario
