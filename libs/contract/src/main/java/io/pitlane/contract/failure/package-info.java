/** Why a run cannot go on, and what to do about it. */
package io.pitlane.contract.failure;
