/// Connections over TLS: the files of certificates, and the sockets made with them.
@NullMarked
package dev.belay.distribution.internal.tls;

import org.jspecify.annotations.NullMarked;
