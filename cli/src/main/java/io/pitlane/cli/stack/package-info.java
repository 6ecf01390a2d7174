/** Pitlane on one machine: a broker and every service, each a process of its own. */
package io.pitlane.cli.stack;
