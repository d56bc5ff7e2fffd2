/**
 * ECS on Fargate (API version 2014-11-13). RunTask → {@code TaskLauncher} (validate, token) →
 * {@code TaskRunner} (one virtual thread for each task drives the life cycle) → {@code
 * ContainerProcess} (a process tree on this host, its lines to CloudWatch Logs).
 *
 * <p>What differs from AWS, on purpose: containers share this host's network and file system, so
 * volumes are not mounted and a task's address is a loopback one (127.64.0.0/10), under which a
 * container that listens on all addresses is reached. CPU and memory are validated, not enforced.
 * Signatures and roles are not checked. A {@code default} cluster always exists. Container health
 * checks, and so the HEALTHY condition, are refused rather than ignored.
 */
@NullMarked
package dev.outrigger.simulator.ecs;

import org.jspecify.annotations.NullMarked;
