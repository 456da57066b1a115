#include "models/connect/jdbc_url.h"

#include <gtest/gtest.h>

#include <string>

namespace logquake::connect {
namespace {

std::string refusal_of(std::string_view url) {
  const auto parsed = parse_jdbc_url(url);
  return parsed ? "" : parsed.error().message;
}

TEST(JdbcUrl, HasItsParts) {  // C-JSO-3
  const auto url = parse_jdbc_url("jdbc:mysql://db:3307/shop?useSSL=false&serverTimezone=UTC");

  ASSERT_TRUE(url.ok());
  EXPECT_EQ(url->subprotocol, "mysql");
  EXPECT_EQ(url->host_and_port(), "db:3307");
  EXPECT_EQ(url->database, "shop");
  EXPECT_EQ(url->parameters, "useSSL=false&serverTimezone=UTC");
  EXPECT_EQ(url->socket_timeout, std::nullopt);
}

TEST(JdbcUrl, HasTheDriversDefaults) {
  const auto url = parse_jdbc_url("jdbc:mariadb:///");

  ASSERT_TRUE(url.ok());
  EXPECT_EQ(url->host_and_port(), "localhost:3306");
  EXPECT_EQ(url->database, "");
}

TEST(JdbcUrl, SaysHowLongToWait) {
  const auto url = parse_jdbc_url("jdbc:mysql://db/x?socketTimeout=30000&connectTimeout=0");

  ASSERT_TRUE(url.ok());
  EXPECT_EQ(url->socket_timeout, 30s);
  EXPECT_EQ(url->connect_timeout, Duration::max());
}

TEST(JdbcUrl, IsRefusedInTheWordsOfTheDriver) {  // C-JSO-3
  EXPECT_EQ(refusal_of("mysql://db/x"), "Not a valid JDBC URL: mysql://db/x");
  EXPECT_EQ(refusal_of("jdbc:oracle://db/x"),
            "java.sql.SQLException: No suitable driver found for jdbc:oracle://db/x");
  EXPECT_EQ(refusal_of("jdbc:mysql://db:70000/x"),
            "java.sql.SQLException: Incorrect port value : 70000 in jdbc:mysql://db:70000/x");
  EXPECT_EQ(refusal_of("jdbc:mysql://db/x?socketTimeout=soon"),
            "java.sql.SQLException: The connection property 'socketTimeout' only accepts integer "
            "values. The value 'soon' can not be converted to an integer.");
  EXPECT_EQ(refusal_of("jdbc:mysql://db/x?connectTimeout=-1"),
            "java.sql.SQLException: The connection property 'connectTimeout' only accepts integer "
            "values in the range of 0 - 2147483647, the value '-1' exceeds this range.");
}

}  // namespace
}  // namespace logquake::connect
