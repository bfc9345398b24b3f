/**
 * Real servers on loopback for the demo and the tests: they speak the true protocols and misbehave on request. Each
 * one listens from {@code start} to {@code close}; {@code stop} and {@code resume} take it down and bring it back on
 * the same port.
 */
package io.faultline.demo;
