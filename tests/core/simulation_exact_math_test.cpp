// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/simulation/exact_math.h"

#include <catch2/catch.hpp>
#include <cmath>

using namespace trainyard;

TEST_CASE("our exponential is the C library's but for the last digits", "[simulation]") {
  for (double x = -690.0; x <= 690.0; x += 0.37) {
    INFO(x);
    REQUIRE(exponential(x) == Approx(std::exp(x)).epsilon(1e-15 * (4.0 + std::fabs(x))));
  }
  CHECK(exponential(0.0) == 1.0);
  CHECK(exponential(-1e300) == 0.0);
}

TEST_CASE("our logarithm is the C library's but for the last digits", "[simulation]") {
  for (double x = 1e-300; x < 1e300; x *= 1.37) {
    INFO(x);
    REQUIRE(logarithm(x) == Approx(std::log(x)).epsilon(4e-15));
  }
  for (double x = 0.5; x <= 2.0; x += 0.001) REQUIRE(std::fabs(logarithm(x) - std::log(x)) < 4e-16);
  CHECK(logarithm(1.0) == 0.0);
}

TEST_CASE("our powers are the C library's but for the last digits", "[simulation]") {
  for (double x = 1e-12; x < 1e12; x *= 1.9)
    for (const double y : {0.5, 1.0, 1.15, 1.2, 3.0}) {
      INFO(x << " to " << y);
      REQUIRE(power(x, y) == Approx(std::pow(x, y)).epsilon(1e-13));
    }
  CHECK(power(0.0, 1.2) == 0.0);
  CHECK(power(1.0, 1.2) == 1.0);
}

TEST_CASE("our cosine is the C library's but for the last digits, and exact at its ends", "[simulation]") {
  const double pi = std::acos(-1.0);
  for (double x = 0.0; x <= pi; x += 0.001) REQUIRE(std::fabs(cosine(x) - std::cos(x)) < 5e-16);
  CHECK(cosine(0.0) == 1.0);
  CHECK(cosine(pi) == -1.0);
}
