#include "daemon/lease/unread_grants.h"

#include <linux/sockios.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <utility>

namespace acceld::daemon {

int UnreadBytes(int socket) {
  int bytes = 0;
  return ::ioctl(socket, SIOCOUTQ, &bytes) == 0 ? bytes : 0;
}

UnreadGrants::UnreadGrants(UniqueFd session, int later)
    : session_(std::move(session)), later_(later) {
  (void)::shutdown(session_.get(), SHUT_RDWR);
}

}  // namespace acceld::daemon
