package dev.belay.otp;

/// What a process of this module sends to itself: never a message of its user's protocol.
interface Inner {}
