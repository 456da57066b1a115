#include "conformance/zookeeper/socket_link.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <stdexcept>
#include <utility>

namespace logquake::zookeeper::conformance {
namespace {

constexpr time_t patience = 6;  // seconds; a server that says nothing for so long is stuck

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
      if (auto frame = reader_.next()) return frame;
      if (reader_.is_broken()) throw std::runtime_error("a frame of an impossible length");
      std::array<std::byte, 65'536> buffer;
      const auto count = ::recv(socket_, buffer.data(), buffer.size(), 0);
      if (count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
        throw std::runtime_error("a server keeps silent");
      if (count <= 0) return std::nullopt;  // closed, or reset
      reader_.append(ByteView(buffer).first(static_cast<std::size_t>(count)));
    }
  }

  int socket_;
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
