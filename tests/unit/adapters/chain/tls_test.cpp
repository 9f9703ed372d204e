// A TLS server whose certificate nobody vouches for gets no request.
// SPDX-License-Identifier: Apache-2.0
#include "chain_fixture.hpp"

#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <memory>
#include <string>
#include <thread>

namespace lavavisor::chain {
namespace {

struct Free {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
  void operator()(X509* certificate) const { X509_free(certificate); }
  void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
  void operator()(SSL* ssl) const { SSL_free(ssl); }
};

/// A context with a new key and a certificate for 127.0.0.1 that this key signed itself.
std::unique_ptr<SSL_CTX, Free> self_signed() {
  const std::unique_ptr<EVP_PKEY, Free> key{EVP_EC_gen("P-256")};
  const std::unique_ptr<X509, Free> certificate{X509_new()};
  X509_set_version(certificate.get(), X509_VERSION_3);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), 1);
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -3'600);
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), 3'600);
  X509_set_pubkey(certificate.get(), key.get());
  X509_NAME* const name = X509_get_subject_name(certificate.get());
  X509_NAME_add_entry_by_txt(
      name, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>("127.0.0.1"), -1, -1, 0);
  X509_set_issuer_name(certificate.get(), name);
  X509_sign(certificate.get(), key.get(), EVP_sha256());
  std::unique_ptr<SSL_CTX, Free> context{SSL_CTX_new(TLS_server_method())};
  SSL_CTX_use_certificate(context.get(), certificate.get());
  SSL_CTX_use_PrivateKey(context.get(), key.get());
  return context;
}

/// Shakes hands with whoever comes, and counts the bytes of requests that it then gets.
class UntrustedServer {
 public:
  UntrustedServer() : m_context(self_signed()) {
    m_socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* const raw = reinterpret_cast<sockaddr*>(&address);
    EXPECT_EQ(::bind(m_socket, raw, size), 0);
    EXPECT_EQ(::listen(m_socket, 16), 0);
    EXPECT_EQ(::getsockname(m_socket, raw, &size), 0);
    m_port = ntohs(address.sin_port);
    m_thread = std::jthread{[this] {
      run();
    }};
  }
  ~UntrustedServer() {
    ::shutdown(m_socket, SHUT_RDWR);
    m_thread.join();
    ::close(m_socket);
  }
  UntrustedServer(const UntrustedServer&) = delete;
  UntrustedServer& operator=(const UntrustedServer&) = delete;

  std::string url(const std::string& host) const {
    return "https://" + host + ":" + std::to_string(m_port);
  }
  std::atomic<int> request_bytes{0};

 private:
  void run() {
    for (int fd = 0; (fd = ::accept(m_socket, nullptr, nullptr)) >= 0;) {
      const std::unique_ptr<SSL, Free> ssl{SSL_new(m_context.get())};
      SSL_set_fd(ssl.get(), fd);
      char byte = 0;
      if (SSL_accept(ssl.get()) == 1 && SSL_read(ssl.get(), &byte, 1) == 1) {
        ++request_bytes;
      }
      ::close(fd);
    }
  }

  std::unique_ptr<SSL_CTX, Free> m_context;
  int m_socket = -1;
  std::uint16_t m_port = 0;
  std::jthread m_thread;
};

TEST(Tls, ACertificateThatNobodyVouchesForIsNotTrusted) {
  UntrustedServer server;
  const auto answer = ask_one(rpc(server.url("127.0.0.1")));
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().message, "TLS certificate is not trusted: self-signed certificate");
  EXPECT_EQ(server.request_bytes, 0);
}

}  // namespace
}  // namespace lavavisor::chain
