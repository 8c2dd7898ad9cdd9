package dev.belay.distribution.internal.handshake;

import java.net.Socket;
import java.nio.ByteBuffer;

/// An open socket on which the handshake is done.
///
/// Who gets it has to say [Attempt#up] with the connection made from it, and to close the socket if
/// that answers no.
///
/// @param socket the socket, without a time limit for reading
/// @param agreement what was agreed on
/// @param surplus what has been received beyond the handshake: the beginning of the frames
/// @param attempt the attempt that led to it
/// @param <C> the type of connections
public record Greeted<C>(
    Socket socket, Agreement agreement, ByteBuffer surplus, Attempt<C> attempt) {}
