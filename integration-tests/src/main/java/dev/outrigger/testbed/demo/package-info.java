/**
 * {@code outrigger demo}: everything on one machine, and a walk through what it does.
 *
 * <pre>
 * DemoCommand → Demo: ControlPlane + AwsSimulator + AgentProcess → Walk: kubectl, step by step → Screen
 * </pre>
 */
@NullMarked
package dev.outrigger.testbed.demo;

import org.jspecify.annotations.NullMarked;
