// `lavavisor status --watch`: a status as a page of the terminal, and what makes it another one.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/desired.hpp"
#include "model/observed.hpp"
#include "model/plan.hpp"
#include "view/screen.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace lavavisor::view {

/// The lines of the page, `rows` at most: the file, the network and the time, `trouble` if there is
/// some, and the status; where there are more lines, the last one counts the rest.
std::vector<std::string> watch_page(const model::Desired& desired,
                                    const model::Observed& observed,
                                    const model::Plan& plan,
                                    const std::string& trouble,
                                    const Screen& screen,
                                    std::size_t rows);

/// The status as a text that is another one only when something has changed that matters: neither
/// times nor heights of the chain are part of it.
std::string watch_essence(const model::Desired& desired,
                          model::Observed observed,
                          model::Plan plan);

/// A JSON document on one line, with its line end.
std::string on_one_line(const std::string& json);

}  // namespace lavavisor::view
