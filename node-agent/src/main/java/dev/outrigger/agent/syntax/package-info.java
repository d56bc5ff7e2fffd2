/**
 * Kubernetes' own syntax of names and amounts ({@code k8s.io/apimachinery/pkg/util/validation},
 * {@code .../pkg/api/resource}), for what is checked before the API server sees it.
 */
@NullMarked
package dev.outrigger.agent.syntax;

import org.jspecify.annotations.NullMarked;
