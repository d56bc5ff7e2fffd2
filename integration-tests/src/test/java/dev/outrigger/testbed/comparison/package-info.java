/**
 * The same Pods on a real kubelet and on an agent's node, and what differs.
 *
 * <p>A {@link dev.outrigger.testbed.comparison.ComparedCase} (a folder with YAML and steps) →
 * {@link dev.outrigger.testbed.comparison.CaseRunner} on a cluster that {@link
 * dev.outrigger.testbed.comparison.ClusterView} watches → an {@link
 * dev.outrigger.testbed.comparison.Outcome}, without what no two runs share ({@link
 * dev.outrigger.testbed.comparison.Normal}). {@link dev.outrigger.testbed.comparison.Recorder}
 * writes a kubelet's down; {@code KubeletComparisonTest} compares an agent's with it, and the
 * {@link dev.outrigger.testbed.comparison.Differences} with those that are {@link
 * dev.outrigger.testbed.comparison.ListedDifferences listed}.
 */
@NullMarked
package dev.outrigger.testbed.comparison;

import org.jspecify.annotations.NullMarked;
