#include "conformance/zookeeper/socket_link.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <iostream>
#include <stdexcept>
#include <utility>

namespace logquake::zookeeper::conformance {
namespace {

constexpr time_t patience = 3;  // seconds; a server that says nothing for so long is stuck
constexpr std::size_t header_bytes = 16;  // of a reply: all that a ping's has

bool is_ping_reply(const Bytes& frame) {
  constexpr std::byte sign{0xFF};
  constexpr std::byte minus_two{0xFE};
  return frame.size() == header_bytes && frame[0] == sign && frame[1] == sign && frame[2] == sign &&
         frame[3] == minus_two;
}

class SocketLink : public Link {
 public:
  explicit SocketLink(int socket) : socket_(socket) {}
  SocketLink(const SocketLink&) = delete;
  SocketLink& operator=(const SocketLink&) = delete;
  ~SocketLink() override { ::close(socket_); }

  std::optional<ConnectResponse> greet(const ConnectRequest& request) override {
    write(encode(ConnectFrame{request, false}));
    const auto frame = next_frame();
    if (!frame) return std::nullopt;
    may_ping_ = true;
    auto response = decode_connect_response(*frame);
    if (!response) throw std::runtime_error("not a connect response");
    return response;
  }

  void send(const Request& request) override { write(encode(request)); }

  std::optional<ServerMessage> receive(OpCode awaited) override {
    const auto frame = next_frame();
    if (!frame) return std::nullopt;
    auto message = decode_server_message(*frame, awaited);
    if (!message) throw std::runtime_error("not the reply to a " + std::string(name_of(awaited)));
    return message;
  }

 private:
  // That the server has closed shows when reading.
  void write(const Bytes& body) const {
    const auto bytes = framed(body);
    std::size_t sent = 0;
    while (sent < bytes.size()) {
      const auto count = ::send(socket_, bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL);
      if (count <= 0) return;
      sent += static_cast<std::size_t>(count);
    }
  }

  std::optional<Bytes> next_frame() {
    for (;;) {
      while (auto frame = reader_.next()) {
        if (pings_ == 0 || !is_ping_reply(*frame)) return frame;
        --pings_;
      }
      if (reader_.is_broken()) throw std::runtime_error("a frame of an impossible length");
      std::array<std::byte, 65'536> buffer;
      const auto count = ::recv(socket_, buffer.data(), buffer.size(), 0);
      if (count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
        nudge();
        continue;
      }
      if (count <= 0) return std::nullopt;  // closed, or reset
      reader_.append(ByteView(buffer).first(static_cast<std::size_t>(count)));
    }
  }

  // A commit that comes while the commit processor falls asleep waits there until anything else
  // comes along (ZOOKEEPER-4537). A ping changes nothing, and a real client would send one soon.
  void nudge() {
    if (!may_ping_ || pings_ > 0) throw std::runtime_error("a server keeps silent");
    std::cerr << "    a server keeps silent: sending a ping\n";
    Request ping;
    ping.xid = xid::ping;
    ping.operation.op = OpCode::ping;
    write(encode(ping));
    ++pings_;
  }

  int socket_;
  bool may_ping_ = false;                     // the session is there
  int pings_ = 0;                             // of our own, unanswered
  FrameReader reader_{64 * max_frame_bytes};  // the limit is the server's
};

}  // namespace

std::unique_ptr<Link> SocketEnsemble::dial(int server) {
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (socket < 0) throw std::runtime_error("no socket");
  auto link = std::make_unique<SocketLink>(socket);
  const timeval limit{patience, 0};
  const int on = 1;
  ::setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(ports_.at(static_cast<std::size_t>(server)));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
    return nullptr;
  return link;
}

}  // namespace logquake::zookeeper::conformance
