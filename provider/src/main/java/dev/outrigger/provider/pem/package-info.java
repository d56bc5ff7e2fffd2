/**
 * Certificates and keys in PEM form: read, and checked where a configuration names their files.
 *
 * <pre>
 *   Settings -> PemSettings -> PemFiles -> a problem with the key's path, or the files' paths
 * </pre>
 */
@NullMarked
package dev.outrigger.provider.pem;

import org.jspecify.annotations.NullMarked;
