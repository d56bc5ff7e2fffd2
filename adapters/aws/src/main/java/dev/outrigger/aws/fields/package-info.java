/**
 * The walk over a Pod's set fields, shared by the adapters. Each adapter brings its own {@link
 * dev.outrigger.aws.fields.FieldTable}; nothing that is set in a Pod's spec gets past it unjudged.
 *
 * <pre>
 *   PodSpec -> tree of set values -> each leaf -> longest matching row -> translated/harmless/refused
 * </pre>
 */
@NullMarked
package dev.outrigger.aws.fields;

import org.jspecify.annotations.NullMarked;
