-- New words wait in a list that every search for a word reads from end to end. At the usual 4 MB that took several
-- milliseconds a search while dialogs were written; emptying the list sooner costs writers nothing that can be measured.
ALTER INDEX dialog_search_vec_ix SET (gin_pending_list_limit = 256);
