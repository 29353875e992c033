-- New words wait in a list before they are sorted into their index, and every look into the index reads all that wait.
-- A search looks once for each party, so the list must be short; as long as this it still takes the words of hundreds
-- of dialogs at a time.
ALTER INDEX dialog_search_vec_ix SET (gin_pending_list_limit = 512);
