/**
 * ECS on Fargate (API version 2014-11-13). RunTask → {@code TaskLauncher} (validate, token) →
 * {@code TaskRunner} (one virtual thread for each task drives its {@code TaskLife}) → {@code
 * TaskHosts} (where it runs) → {@code DockerTaskHost} (containers of an engine) or {@code
 * ProcessTaskHost} (process trees on this host); their lines go to CloudWatch Logs.
 *
 * <p>What differs from AWS, on purpose: containers that are processes share this host's network and
 * file system, so volumes are not mounted and a task's address is a loopback one (127.64.0.0/10),
 * under which a container that listens on all addresses is reached; CPU and memory are validated,
 * not enforced. Those of an engine have the memory of the task each, not together. Signatures and
 * roles are not checked. A {@code default} cluster always exists. Container health checks, and so
 * the HEALTHY condition, are refused rather than ignored.
 */
@NullMarked
package dev.outrigger.simulator.ecs;

import org.jspecify.annotations.NullMarked;
