/** What the exports to all formats have in common: the interface, metadata, and obstacles. */
package io.pitlane.formats.export;
