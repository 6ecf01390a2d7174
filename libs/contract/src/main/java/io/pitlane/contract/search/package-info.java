/** The trials of an architecture search and their scores. */
package io.pitlane.contract.search;
