// The API of members in Go, as a user would write it without this service: net/http, database/sql with go-sql-driver,
// prepared statements. Bodies are those of the service. PORT and DB_* in the environment are its settings.
package main

import (
	"database/sql"
	"encoding/json"
	"log"
	"net/http"
	"os"
	"strconv"
	"time"

	"github.com/go-sql-driver/mysql"
)

const (
	connections = 8
	columns     = "`id`, `name`, `surname`, `phone`, `email`, `created_at`, `updated_at`, `version` FROM `members`"
)

// stamp is a time in UTC with milliseconds.
type stamp time.Time

func now() stamp {
	return stamp(time.Now().UTC().Truncate(time.Millisecond))
}

func (s stamp) MarshalJSON() ([]byte, error) {
	return []byte(time.Time(s).Format(`"2006-01-02T15:04:05.000Z"`)), nil
}

type member struct {
	ID        int64   `json:"id"`
	Name      string  `json:"name"`
	Surname   string  `json:"surname"`
	Phone     *string `json:"phone"`
	Email     *string `json:"email"`
	CreatedAt stamp   `json:"created_at"`
	UpdatedAt stamp   `json:"updated_at"`
	version   int64
}

func (m *member) scan(row interface{ Scan(...any) error }) error {
	return row.Scan(&m.ID, &m.Name, &m.Surname, &m.Phone, &m.Email, &m.CreatedAt, &m.UpdatedAt, &m.version)
}

func (m *member) valid() bool {
	return m.Name != "" && len(m.Name) <= 80 && m.Surname != "" && len(m.Surname) <= 80
}

type service struct {
	one, list, insert, update *sql.Stmt
}

func prepare(db *sql.DB, text string) *sql.Stmt {
	s, err := db.Prepare(text)
	if err != nil {
		log.Fatal(err)
	}
	return s
}

func answer(w http.ResponseWriter, status int, value any) {
	body, err := json.Marshal(value)
	if err != nil {
		fail(w, http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(status)
	w.Write(body)
}

func fail(w http.ResponseWriter, status int) {
	http.Error(w, http.StatusText(status), status)
}

// find answers itself if it returns false.
func (s *service) find(w http.ResponseWriter, r *http.Request, m *member) bool {
	id, err := strconv.ParseInt(r.PathValue("id"), 10, 64)
	if err == nil {
		err = m.scan(s.one.QueryRowContext(r.Context(), id))
	} else {
		err = sql.ErrNoRows
	}
	switch err {
	case nil:
		return true
	case sql.ErrNoRows:
		fail(w, http.StatusNotFound)
	default:
		fail(w, http.StatusInternalServerError)
	}
	return false
}

func (s *service) getOne(w http.ResponseWriter, r *http.Request) {
	var m member
	if s.find(w, r, &m) {
		answer(w, http.StatusOK, &m)
	}
}

func (s *service) getList(w http.ResponseWriter, r *http.Request) {
	limit, err := strconv.Atoi(r.URL.Query().Get("limit"))
	if err != nil || limit < 1 || limit > 200 {
		limit = 50
	}
	rows, err := s.list.QueryContext(r.Context(), limit)
	if err != nil {
		fail(w, http.StatusInternalServerError)
		return
	}
	defer rows.Close()
	members := make([]member, 0, limit)
	for rows.Next() {
		var m member
		if err := m.scan(rows); err != nil {
			fail(w, http.StatusInternalServerError)
			return
		}
		members = append(members, m)
	}
	if rows.Err() != nil {
		fail(w, http.StatusInternalServerError)
		return
	}
	answer(w, http.StatusOK, members)
}

func (s *service) post(w http.ResponseWriter, r *http.Request) {
	var m member
	if err := json.NewDecoder(r.Body).Decode(&m); err != nil || !m.valid() {
		fail(w, http.StatusUnprocessableEntity)
		return
	}
	m.CreatedAt = now()
	m.UpdatedAt = m.CreatedAt
	at := time.Time(m.CreatedAt)
	result, err := s.insert.ExecContext(r.Context(), m.Name, m.Surname, m.Phone, m.Email, at, at)
	if err == nil {
		m.ID, err = result.LastInsertId()
	}
	if err != nil {
		fail(w, http.StatusConflict)
		return
	}
	w.Header().Set("Location", "/members/"+strconv.FormatInt(m.ID, 10))
	answer(w, http.StatusCreated, &m)
}

func (s *service) patch(w http.ResponseWriter, r *http.Request) {
	var body json.RawMessage
	if err := json.NewDecoder(r.Body).Decode(&body); err != nil {
		fail(w, http.StatusBadRequest)
		return
	}
	for { // until no other change comes between
		var m member
		if !s.find(w, r, &m) {
			return
		}
		id, created := m.ID, m.CreatedAt
		if err := json.Unmarshal(body, &m); err != nil || !m.valid() {
			fail(w, http.StatusUnprocessableEntity)
			return
		}
		m.ID, m.CreatedAt, m.UpdatedAt = id, created, now()
		result, err := s.update.ExecContext(r.Context(), m.Name, m.Surname, m.Phone, m.Email, time.Time(m.UpdatedAt), id, m.version)
		if err != nil {
			fail(w, http.StatusConflict)
			return
		}
		if n, _ := result.RowsAffected(); n == 1 {
			answer(w, http.StatusOK, &m)
			return
		}
	}
}

func main() {
	config := mysql.NewConfig()
	config.User, config.Passwd, config.DBName = os.Getenv("DB_USER"), os.Getenv("DB_PASSWORD"), os.Getenv("DB_NAME")
	config.Net, config.Addr = "tcp", "127.0.0.1:"+os.Getenv("DB_PORT")
	config.ParseTime = true
	connector, err := mysql.NewConnector(config)
	if err != nil {
		log.Fatal(err)
	}
	db := sql.OpenDB(connector)
	db.SetMaxOpenConns(connections)
	db.SetMaxIdleConns(connections)
	s := &service{
		one:    prepare(db, "SELECT "+columns+" WHERE `id` = ?"),
		list:   prepare(db, "SELECT "+columns+" ORDER BY `id` LIMIT ?"),
		insert: prepare(db, "INSERT INTO `members` (`name`, `surname`, `phone`, `email`, `created_at`, `updated_at`) VALUES (?, ?, ?, ?, ?, ?)"),
		update: prepare(db, "UPDATE `members` SET `name` = ?, `surname` = ?, `phone` = ?, `email` = ?, `updated_at` = ?,"+
			" `version` = `version` + 1 WHERE `id` = ? AND `version` = ?"),
	}
	http.HandleFunc("GET /members/{id}", s.getOne)
	http.HandleFunc("GET /members", s.getList)
	http.HandleFunc("POST /members", s.post)
	http.HandleFunc("PATCH /members/{id}", s.patch)
	log.Fatal(http.ListenAndServe("127.0.0.1:"+os.Getenv("PORT"), nil))
}
