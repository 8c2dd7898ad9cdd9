package dev.belay.distribution.internal.wire;

/// A payload that its sender has turned into bytes.
///
/// @param bytes the term, without the version byte; nobody changes it any more
@SuppressWarnings("ArrayRecordComponent") // never compared
public record Encoded(byte[] bytes) {}
