/// A tunnel between two chats: what is said in one is posted to the other, by processes that stand
/// and fall together. [dev.belay.examples.tunnel.Tunnel] is where to begin.
@NullMarked
package dev.belay.examples.tunnel;

import org.jspecify.annotations.NullMarked;
