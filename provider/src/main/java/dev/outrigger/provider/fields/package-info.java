/**
 * The walk over a Pod's set fields, shared by the providers. Each provider brings its own {@link
 * dev.outrigger.provider.fields.FieldTable}; nothing that is set in a Pod's spec gets past it
 * unjudged.
 *
 * <pre>
 *   PodSpec -> tree of set values -> each leaf -> longest matching row -> translated/harmless/refused
 * </pre>
 */
@NullMarked
package dev.outrigger.provider.fields;

import org.jspecify.annotations.NullMarked;
