/** The packed form: a model in one file, as small as its weights allow, decoded bit for bit. */
package io.pitlane.formats.packed;
